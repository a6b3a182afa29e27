#!/usr/bin/env bash
# Builds, tests and shows EdgeRetail: sees to what a Debian-family machine with the .NET 10 SDK lacks, then runs Cake.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
    cat <<'TEXT'
./build.sh TARGET [options]

  demo      kiosks sell, lose their network, come back, and agree with PostgreSQL
            [--check] [--sales FILE] [--mapping FILE] [--sabotage lose|double|reorder|drift]
  test      every test [--filter EXPRESSION]
  labs      simulator, crash labs and crash tests alone, as many as CI runs: what each did and how long it took
  build     builds everything, warnings are errors
  simulate  devices, network and cloud under faults, in virtual time, repeatable by seed
            [--seeds N] [--first-seed N] [--stores N] [--devices N] [--minutes N] [--faults LIST]
            [--without RULES] [--databases] [--soak MINUTES] [--trace]
  bench     figures beside the limits of this machine; artifacts/bench.json
  publish   self-contained linux-x64 and linux-arm64 builds; artifacts/publish
  format    formats the code [--verify: only says what differs]
  audit     known vulnerabilities of packages are errors here
  clean     takes away what builds made
TEXT
}

target=${1:-}
[ $# -gt 0 ] && shift

# The machine's own name for the other machine's C compiler, which links the other machine's executable.
case "$(uname -m)" in
    x86_64) other_gcc=aarch64-linux-gnu-gcc ;;
    *) other_gcc=x86_64-linux-gnu-gcc ;;
esac

case "$target" in
    build) needs="npm tzdata" ;;
    demo) needs="npm tzdata" ;;
    clean) needs="" ;;
    simulate) needs="tzdata" ;;
    test) needs="npm tzdata chromium clang llvm-objcopy ld.lld $other_gcc qemu-aarch64 arm64-libraries postgresql-15 ip nft mkfs.ext4 haproxy" ;;
    labs) needs="npm tzdata clang llvm-objcopy ld.lld postgresql-15 ip nft mkfs.ext4 haproxy" ;;
    bench) needs="npm tzdata clang llvm-objcopy ld.lld postgresql-15" ;;
    publish) needs="npm tzdata clang llvm-objcopy ld.lld $other_gcc" ;;
    format | audit) needs="npm" ;;
    help | --help | -h)
        usage
        exit 0
        ;;
    *)
        [ -n "$target" ] && printf "There is no target '%s'.\n\n" "$target" >&2
        usage >&2
        exit 2
        ;;
esac

has() {
    case "$1" in
        tzdata) [ -e /usr/share/zoneinfo/Europe/Berlin ] ;;
        chromium) [ -x /usr/bin/chromium ] ;;
        npm) command -v npm >/dev/null && command -v node >/dev/null ;;
        postgresql-15) [ -x /usr/lib/postgresql/15/bin/postgres ] ;;
        arm64-libraries) [ "$(uname -m)" = aarch64 ] || [ -e /usr/lib/aarch64-linux-gnu/libssl.so.3 ] ;;
        ip | nft | mkfs.ext4 | haproxy) command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] ;;
        qemu-aarch64) [ "$(uname -m)" = aarch64 ] || command -v qemu-aarch64 >/dev/null || command -v qemu-aarch64-static >/dev/null ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

packages_of() {
    case "$1" in
        npm) echo nodejs npm ;;
        llvm-objcopy) echo llvm ;;
        ld.lld) echo lld ;;
        aarch64-linux-gnu-gcc) echo gcc-aarch64-linux-gnu libc6-dev-arm64-cross ;;
        x86_64-linux-gnu-gcc) echo gcc-x86-64-linux-gnu libc6-dev-amd64-cross ;;
        clang) echo clang libc6-dev zlib1g-dev ;;
        ip) echo iproute2 ;;
        nft) echo nftables ;;
        mkfs.ext4) echo e2fsprogs ;;
        qemu-aarch64) echo qemu-user ;;
        arm64-libraries) echo libc6:arm64 libssl3:arm64 ;;
        *) echo "$1" ;;
    esac
}

why() {
    case "$1" in
        npm) echo "bundles the kiosk page and fetches an embedded PostgreSQL" ;;
        tzdata) echo "knows the shops' time zones" ;;
        chromium) echo "opens the pages in tests" ;;
        postgresql-15) echo "is the oldest PostgreSQL the cloud runs on" ;;
        ip | nft) echo "makes a network that tests drop packets in" ;;
        haproxy) echo "stands in front of replicas that tests kill" ;;
        mkfs.ext4) echo "makes a memory card that tests take away" ;;
        clang) echo "links the device's executable, and compiles what tests put between it and its files" ;;
        qemu-aarch64 | arm64-libraries) echo "runs the arm64 executable in a test" ;;
        *) echo "links the device's executable" ;;
    esac
}

missing=""
for need in $needs; do has "$need" || missing="$missing $need"; done

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

in_apt() {
    local policy
    policy=$(apt-cache policy "$1" 2>/dev/null)
    [[ $policy =~ Candidate:\ [^\(] ]]
}

# Debian's package would start a server on port 5432, which nobody asked for.
without_default_cluster() {
    [ -e /etc/postgresql-common/createcluster.conf ] && return
    as_root apt-get install -y -qq --no-install-recommends postgresql-common >/dev/null
    as_root sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
}

install_missing() {
    local need package wanted="" lists_fresh=""
    echo "This machine lacks for '$target':"
    for need in $missing; do echo "  $(packages_of "$need") - $(why "$need")"; done

    if ! command -v apt-get >/dev/null || { [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; }; then
        echo "BUILD_TOOLS_MISSING: there is no apt-get or no right to use it. Next: have the packages above installed, then try again." >&2
        exit 1
    fi

    case " $missing " in
        *" arm64-libraries "*)
            if ! dpkg --print-foreign-architectures | grep -qx arm64; then
                echo "dpkg --add-architecture arm64"
                if as_root dpkg --add-architecture arm64 && as_root apt-get update -qq; then lists_fresh=yes
                else
                    # Package sources without arm64 would make every update from now on fail.
                    as_root dpkg --remove-architecture arm64 || true
                    missing=${missing/ arm64-libraries/}
                    echo "  arm64 packages are not to be had from this machine's package sources: what needs them is skipped or says so"
                fi
            fi
            ;;
    esac

    for need in $missing; do
        for package in $(packages_of "$need"); do
            if ! in_apt "$package" && [ -z "$lists_fresh" ]; then
                echo "apt-get update"
                as_root apt-get update -qq
                lists_fresh=yes
            fi
            if in_apt "$package"; then wanted="$wanted $package"
            else echo "  $package is not to be had from this machine's package sources: what needs it is skipped or says so"
            fi
        done
    done
    [ -n "$wanted" ] || return 0

    echo "apt-get install$wanted"
    export DEBIAN_FRONTEND=noninteractive
    case "$wanted" in *postgresql*) without_default_cluster ;; esac
    # Lists that are there may be old and name files that are gone.
    # shellcheck disable=SC2086
    if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted >/dev/null; then
        as_root apt-get update -qq
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted >/dev/null
    fi
}

if ! command -v dotnet >/dev/null || ! dotnet --version >/dev/null 2>&1; then
    echo "DOTNET_SDK_MISSING: the .NET SDK of global.json (10.0.400 or a newer 10.0) is not on this machine. Next: install it from https://dotnet.microsoft.com/download, then try again." >&2
    exit 1
fi
[ -z "$missing" ] || install_missing

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

cake_arguments=()
if [ "$target" = test ] || [ "$target" = format ]; then
    while [ $# -gt 0 ]; do
        case "$1" in
            --filter) cake_arguments+=("--filter=${2:?--filter wants an expression}") && shift 2 ;;
            --verify) cake_arguments+=("--verify") && shift ;;
            *) printf "There is no option '%s' of %s.\n\n" "$1" "$target" >&2 && usage >&2 && exit 2 ;;
        esac
    done
fi

mkdir -p artifacts
rm -f artifacts/last-line.txt
log=artifacts/cake.log
status=0
dotnet tool restore >"$log" 2>&1 || { cat "$log"; exit 1; }
case "$target" in
    demo | bench | simulate)
        # Quiet while it goes well: the screen belongs to what was asked for.
        echo "Building…" >&2
        dotnet cake build.cake --target="$target" >"$log" 2>&1 || { cat "$log"; exit 1; }
        case "$target" in
            demo) exec artifacts/bin/EdgeRetail.Demo/release/edgeretail-demo "$@" ;;
            bench) exec artifacts/bin/EdgeRetail.Benchmarks/release/edgeretail-bench "$@" ;;
            simulate) exec artifacts/bin/EdgeRetail.Simulation/release/EdgeRetail.Simulation "$@" ;;
        esac
        ;;
    *) dotnet cake build.cake --target="$target" ${cake_arguments[@]+"${cake_arguments[@]}"} || status=$? ;;
esac

[ ! -f artifacts/last-line.txt ] || cat artifacts/last-line.txt
exit "$status"
