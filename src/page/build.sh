#!/usr/bin/env bash
# Builds what a live page contains: the compiler for WebAssembly (core.wasm.lzma) and the scripts (bundle.js, engine.js, editor.js.lzma). All are committed, so that
# building snnc needs none of this; a test says when they are stale.
#
#   bash src/page/build.sh [core] [script]
#
# The core needs a Rust compiler that can build the standard library for wasm32-unknown-unknown, and wasm-ld. Either
# `rustup target add wasm32-unknown-unknown`, or Debian's packages rustc-web, cargo-web, rust-web-src and lld-22 (used when present).
# Both need npm and xz.
set -euo pipefail
cd "$(dirname "$0")/../.."
page=src/page
work=target/page
parts=${*:-core script}

# Packs a file for script/unpack.js.
pack() { xz --format=lzma --lzma1=preset=9e,lc=4,pb=0 --stdout "$1"; }

if [[ $parts == *core* ]]; then
    export RUSTFLAGS="-Ctarget-feature=+simd128 -Clink-arg=--export-table -Clink-arg=--growable-table -Clink-arg=-zstack-size=4194304"
    cargo=cargo
    flags=()
    if [[ -x /usr/bin/wasm-ld-22 && -d /usr/src/rustc-1.96.0 ]]; then
        cargo=/usr/bin/cargo
        export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-22
        RUSTFLAGS+=" -Zlocation-detail=none"
        flags=(-Zbuild-std=std,panic_abort "-Zbuild-std-features=optimize_for_size")
    fi
    nice -n 10 "$cargo" rustc --lib --crate-type cdylib --no-default-features --jobs 1 --profile page \
        --target wasm32-unknown-unknown --target-dir "$work" "${flags[@]}" \
        --config 'profile.page.inherits="release"' --config 'profile.page.opt-level="z"' --config 'profile.page.lto="fat"' \
        --config 'profile.page.codegen-units=1' --config 'profile.page.panic="abort"'
    module=$work/wasm32-unknown-unknown/page/snnc.wasm
    features=(--enable-simd --enable-bulk-memory --enable-bulk-memory-opt --enable-nontrapping-float-to-int --enable-sign-ext
        --enable-mutable-globals --enable-reference-types --enable-multivalue)
    npx --yes --package "binaryen@132.0.0" wasm-opt -Oz "${features[@]}" --strip-debug --strip-producers "$module" --output "$work/core.wasm"
    wc -c "$module" "$work/core.wasm"
    module=$work/core.wasm
    pack "$module" >"$page/core.wasm.lzma"
    # What follows is built for this machine.
    unset RUSTFLAGS RUSTC RUSTC_BOOTSTRAP CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER
fi

if [[ $parts == *script* ]]; then
    mkdir -p "$work/script"
    cp "$page"/script/* "$work/script/"
    (
        cd "$work/script"
        npm ci --silent --no-audit --no-fund
        for part in main worker editor; do
            npx esbuild $part.js --bundle --minify --format=iife --target=es2022 --legal-comments=none --outfile=out/$part.js
        done
    )
    cp "$work/script/out/main.js" "$page/bundle.js"
    cp "$work/script/out/worker.js" "$page/engine.js"
    pack "$work/script/out/editor.js" >"$page/editor.js.lzma"
    # The scripts that a page lets run.
    for part in main editor; do
        openssl dgst -sha256 -binary "$work/script/out/$part.js" | base64
    done >"$page/scripts.sha256"
fi

[[ -n ${SNNC_NO_STAMP:-} ]] || SNNC_BLESS="$parts" cargo test --quiet --test page inputs
wc -c "$page"/{core.wasm.lzma,bundle.js,engine.js,editor.js.lzma}
