from brian2 import *
import common

defaultclock.dt = 50*ms
uM = umolar
ns = dict(O_P=0.9*uM/second, K_P=0.05*uM, C_T=2*uM, rho_A=0.18, Omega_C=6/second, Omega_L=0.1/second, d_1=0.13*uM, d_2=1.05*uM, d_3=0.9434*uM,
          d_5=0.08*uM, O_2=0.2/uM/second, O_delta=0.6*uM/second, kappa=1.5*uM, K_delta=0.1*uM, Omega_5P=0.05/second, K_D=0.7*uM, K_3K=1*uM,
          O_3K=4.5*uM/second, F=0.09*uM/second, theta=0.3*uM, omega=0.05*uM)
astrocytes = NeuronGroup(50, """dI/dt = O_delta/(1 + I/kappa)*C**2/(C**2 + K_delta**2) - O_3K*C**4/(C**4 + K_D**4)*I/(I + K_3K) - Omega_5P*I
  - F/2*(1 + tanh((abs(drive) - theta)/omega))*sign(drive) + coupling : mmolar
drive = I - bias*int(t % (50*second) < 20*second) : mmolar
dC/dt = (Omega_C*(m*h)**3 + Omega_L)*(C_T - (1 + rho_A)*C) - O_P*C**2/(C**2 + K_P**2) : mmolar
dh/dt = O_2*(Q + C)*(Q/(Q + C) - h) : 1
m = I/(I + d_1)*C/(C + d_5) : 1
Q = d_2*(I + d_1)/(I + d_3) : mmolar
bias : mmolar
coupling : mmolar/second""", threshold="C > 0.3*umolar", refractory="C > 0.3*umolar", method="rk4", namespace=ns)
astrocytes.h = 0.9
astrocytes.bias[25] = 1*uM
junctions = Synapses(astrocytes, astrocytes, """difference = I_post - I_pre : mmolar
coupling_post = -F/2*(1 + tanh((abs(difference) - theta)/omega))*sign(difference) : mmolar/second (summed)""", namespace=ns)
junctions.connect("j == (i + 1) % N_pre or j == (i + N_pre - 1) % N_pre")
M = SpikeMonitor(astrocytes)
run(300*second)
print(M.count[:])
common.fixed_network("astrocyte_ring", {"duration": "300 second"}, {"astrocytes": M})
