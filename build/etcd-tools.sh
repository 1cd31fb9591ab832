# Read by build/test.sh: finds etcd and etcdctl, against which the tests compare. They come from the PATH, else from
# Debian's packages, unpacked into target/tools and never installed: the installed package would start a server.

tools=$root/target/tools

# Sets etcd and etcdctl to their paths, empty where there is none. What is missing is for the tests to say: each one that
# needs it fails with CI=true and is skipped otherwise, with the command that mends it.
find_etcd_tools() {
    find_tools_in_place
    if [ -z "$etcd" ] || [ -z "$etcdctl" ]; then
        mkdir -p "$tools"
        unpack_debian_packages >"$log" 2>&1 || say "   etcd's packages could not be had; see $log"
        find_tools_in_place
    fi
    say "   etcd: ${etcd:-not found}, etcdctl: ${etcdctl:-not found}"
}

find_tools_in_place() {
    etcd=$(command -v etcd || command -v "$tools/usr/bin/etcd" || :)
    etcdctl=$(command -v etcdctl || command -v "$tools/usr/bin/etcdctl" || :)
}

# A fresh computer knows no packages yet. Their list is then fetched into target/tools too: that needs no root, and the
# computer's own list stays as it is.
unpack_debian_packages() (
    cd "$tools" && command -v apt-get && command -v dpkg-deb || exit 1
    apt-get download etcd-server etcd-client || {
        mkdir -p apt/lists/partial apt/archives/partial
        apt="apt-get -o Dir::State::Lists=$PWD/apt/lists -o Dir::Cache=$PWD/apt -o Debug::NoLocking=true"
        $apt update && $apt download etcd-server etcd-client || exit 1
    }
    for package in etcd-*.deb; do
        dpkg-deb -x "$package" . || exit 1
    done
)
