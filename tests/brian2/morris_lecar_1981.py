from brian2 import *
import common

defaultclock.dt = 0.01*ms
ns = dict(g_L=2*mS, g_Ca=4*mS, g_K=8*mS, V_L=-50*mV, V_Ca=100*mV, V_K=-70*mV, V_1=10*mV, V_2=15*mV, V_3=-1*mV, V_4=14.5*mV,
          C=20*uF, lambda_max=1/(15*ms))
fiber = NeuronGroup(17, """dV/dt = (-g_L*(V - V_L) - g_Ca*m_inf*(V - V_Ca) - g_K*n*(V - V_K) + I)/C : volt
dn/dt = lambda_n*(n_inf - n) : 1
m_inf = 0.5*(1 + tanh((V - V_1)/V_2)) : 1
n_inf = 0.5*(1 + tanh((V - V_3)/V_4)) : 1
lambda_n = lambda_max*cosh((V - V_3)/(2*V_4)) : Hz
I : amp""", method="exponential_euler", namespace=ns)
fiber.I = "100*uA + 25*uA*i"
fiber.V = "V_L"
fiber.n = "n_inf"
M = StateMonitor(fiber, "V", record=True)
run(220*ms)
late = M.V[:, 17000:]/volt
common.fixed_network("morris_lecar_1981", {}, {}, {"fiber.V": fiber.V[:], "fiber.n": fiber.n[:]},
                     results={"swing": [float(x) for x in late.max(axis=1) - late.min(axis=1)]})
