package io.quorate.server.options;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Collects what is wrong with options, so that a person mends it all at once. */
final class OptionProblems {
    private static final Pattern IP_ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-fA-F:.]+]");
    private static final long ELECTION_TIMEOUT_LIMIT_MILLIS = 50_000;

    private final List<String> problems = new ArrayList<>();

    void name(String name, List<InitialMember> cluster, List<URI> advertised) {
        if (name.isEmpty()) {
            problems.add("--name is empty: give this member the name it has in --initial-cluster");
        }
        Set<String> names = new HashSet<>();
        Set<URI> urls = new HashSet<>();
        for (InitialMember member : cluster) {
            if (!names.add(member.name())) {
                problems.add("--initial-cluster names " + member.name() + " twice");
            }
            urls("--initial-cluster, member " + member.name(), member.peerUrls());
            for (URI url : member.peerUrls()) {
                if (!urls.add(url)) {
                    problems.add("--initial-cluster has " + url + " twice: every member needs peer URLs of its own");
                }
            }
        }
        advertisedAsListed(name, cluster, advertised);
    }

    /** Peers find this member by what the cluster's list says, so it must say the same itself. */
    private void advertisedAsListed(String name, List<InitialMember> cluster, List<URI> advertised) {
        List<InitialMember> self =
                cluster.stream().filter(member -> member.name().equals(name)).toList();
        if (self.isEmpty()) {
            problems.add(
                    "--initial-cluster does not name this member: add " + name + "=<its peer URL>, or change --name");
            return;
        }
        Set<URI> listed = new TreeSet<>(self.get(0).peerUrls());
        if (!listed.equals(new TreeSet<>(advertised))) {
            problems.add("--initial-cluster has " + name + " at " + listed + ", but --initial-advertise-peer-urls is "
                    + new TreeSet<>(advertised) + ": they must be equal");
        }
    }

    void urls(String flag, List<URI> urls) {
        if (urls.isEmpty()) {
            problems.add(flag + " is empty: give at least one URL");
        }
        for (URI url : urls) {
            url(flag, url);
        }
    }

    private boolean url(String flag, URI url) {
        int before = problems.size();
        if ("https".equals(url.getScheme())) {
            problems.add(flag + ": " + url + ": TLS is not supported yet, use http");
        } else if (!"http".equals(url.getScheme())) {
            problems.add(flag + ": " + url + ": the scheme must be http");
        }
        if (url.getHost() == null) {
            problems.add(flag + ": " + url + " has no host");
        }
        if (url.getPort() < 0) {
            problems.add(flag + ": " + url + " has no port");
        }
        if (url.getPath() != null && !url.getPath().isEmpty() && !url.getPath().equals("/")) {
            problems.add(flag + ": " + url + " has a path, which means nothing here");
        }
        return problems.size() == before;
    }

    /** A name may mean another address tomorrow: what is listened on is an address, as with etcd. */
    void listenUrls(String flag, List<URI> urls) {
        if (urls.isEmpty()) {
            problems.add(flag + " is empty: give at least one URL");
        }
        for (URI url : urls) {
            if (url(flag, url)
                    && !url.getHost().equals("localhost")
                    && !IP_ADDRESS.matcher(url.getHost()).matches()) {
                problems.add(flag + ": " + url + ": give an IP address to listen on, 0.0.0.0 for all, not a name");
            }
        }
    }

    void single(String flag, List<URI> urls) {
        if (urls.size() > 1) {
            problems.add(flag + " has " + urls.size() + " URLs: more than one is not supported yet; 0.0.0.0 means all");
        }
    }

    void timing(long heartbeatMillis, long electionMillis) {
        atLeast("--heartbeat-interval (ms)", heartbeatMillis, 1);
        if (electionMillis < 5 * heartbeatMillis) {
            problems.add("--election-timeout (" + electionMillis
                    + " ms) must be at least five times --heartbeat-interval (" + heartbeatMillis + " ms)");
        }
        if (electionMillis >= ELECTION_TIMEOUT_LIMIT_MILLIS) {
            problems.add("--election-timeout (" + electionMillis + " ms) must be below " + ELECTION_TIMEOUT_LIMIT_MILLIS
                    + " ms");
        }
    }

    void snapshots(SnapshotOptions options) {
        within("--snapshot-count", options.entries(), 1, 1_000_000_000);
        within("--snapshot-bytes", options.logBytes(), 1 << 10, 1L << 40);
        within("--snapshot-interval (ms)", options.millis(), 0, 2_000_000_000);
        within("--snapshot-catchup-entries", options.tailEntries(), 0, 1_000_000_000);
        within("--snapshot-catchup-bytes", options.tailBytes(), 0, 1L << 40);
    }

    private void within(String what, long value, long least, long most) {
        atLeast(what, value, least);
        atMost(what, value, most);
    }

    void atLeast(String what, long value, long least) {
        if (value < least) {
            problems.add(what + " is " + value + ": it must be at least " + least);
        }
    }

    void atMost(String what, long value, long most) {
        if (value > most) {
            problems.add(what + " is " + value + ": it must be at most " + most);
        }
    }

    void throwIfAny() {
        if (!problems.isEmpty()) {
            throw new InvalidOptionsException(problems);
        }
    }
}
