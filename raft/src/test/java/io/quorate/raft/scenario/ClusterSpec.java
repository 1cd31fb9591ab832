package io.quorate.raft.scenario;

import io.quorate.raft.HardState;
import io.quorate.raft.RaftConfig;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Lease;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.List;

/** The words after {@code cluster}: who is there, how each is set up, and what its disk holds when it starts. */
final class ClusterSpec {
    private final List<String> names;
    private final Options options;

    ClusterSpec(List<String> names, Options options) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("a cluster needs members: cluster n1 n2 n3");
        }
        this.names = names;
        this.options = options;
    }

    World build() {
        World world = new World();
        long seed = options.number("seed", 1);
        List<String> outside = options.list("outside");
        Membership membership = membership(outside);
        long[] mark = options.position("mark");
        for (String name : names) {
            boolean isMember = !outside.contains(name);
            SnapshotMark start =
                    isMember ? new SnapshotMark(mark[0], mark[1], membership) : new SnapshotMark(0, 0, Membership.NONE);
            List<Entry> log = log(options.text("log", name, ""), start.index(), membership);
            Disk disk = new Disk(hardState(name, log, start.term()), start, log);
            world.add(new Peer(world, config(name), disk, seed * 1000 + id(name) * 100));
        }
        return world;
    }

    static long id(String name) {
        if (!name.matches("n[1-9][0-9]*")) {
            throw new IllegalArgumentException("a member is called n1, n2, …, not " + name);
        }
        return Long.parseLong(name.substring(1));
    }

    /** Voters are all that are not called learners; {@code voters=} and {@code outgoing=} are the halves of a joint one. */
    private Membership membership(List<String> outside) {
        List<String> learners = options.list("learners");
        List<String> unstarted = options.list("unstarted");
        List<Member> members = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (String name : names) {
            if (outside.contains(name)) {
                continue;
            }
            int priority = (int) number("priority", name, 0);
            members.add(new Member(id(name), unstarted.contains(name) ? 0 : id(name), name, List.of(), priority));
            if (!learners.contains(name)) {
                others.add(name);
            }
        }
        List<String> voters = Options.split(options.text("voters", String.join(",", others)));
        return new Membership(members, ids(voters), ids(options.list("outgoing"))).leasing(lease(options, Lease.OFF));
    }

    /** {@code lease=100/50}: a promise of 100 ticks and a drift of 50 per mille; {@code lease=off}. */
    private static Lease lease(Options options, Lease otherwise) {
        String text = options.text("lease", "");
        if (text.isEmpty()) {
            return otherwise;
        }
        String[] parts = text.split("/", 2);
        return text.equals("off") ? Lease.OFF : new Lease(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }

    /**
     * The members as a {@code change} wants them: {@code voters}, {@code learners}, {@code joining}; of these {@code unstarted}
     * have no data directory; {@code priority.n2=1}, {@code url.n2=…} and {@code life.n2=…}, the incarnation, for each; and
     * {@code lease}. What is not said is as it was.
     */
    static Membership target(Options options, Membership now) {
        List<String> voters = options.list("voters");
        List<String> joining = options.list("joining");
        List<String> all = new ArrayList<>(voters);
        all.addAll(joining);
        all.addAll(options.list("learners"));
        List<String> unstarted = options.list("unstarted");
        List<Member> members = new ArrayList<>();
        for (long id : ids(all)) {
            Member known = now.member(id);
            Member before = known != null ? known : new Member(id, id, "n" + id, List.of());
            String url = options.text("url." + before.name(), "");
            members.add(new Member(
                    id,
                    unstarted.contains(before.name())
                            ? 0
                            : options.number("life." + before.name(), before.incarnation()),
                    before.name(),
                    url.isEmpty() ? before.peerUrls() : List.of(url),
                    (int) options.number("priority." + before.name(), before.priority())));
        }
        return new Membership(members, ids(voters), List.of(), ids(joining)).leasing(lease(options, now.lease()));
    }

    private static List<Long> ids(List<String> names) {
        return names.stream().map(ClusterSpec::id).sorted().toList();
    }

    private HardState hardState(String name, List<Entry> log, long markTerm) {
        long lastTerm = log.isEmpty() ? markTerm : log.get(log.size() - 1).term();
        long term = Long.parseLong(options.text("term", name, Long.toString(lastTerm)));
        String vote = options.text("vote", name, "nobody");
        long hint = Long.parseLong(options.text("hint", name, "0"));
        return new HardState(term, vote.equals("nobody") ? 0 : id(vote), hint);
    }

    /** {@code 1,1,4x3}: the terms of the entries, from the first index on. The first of all entries tells the members. */
    private static List<Entry> log(String terms, long markIndex, Membership membership) {
        List<Entry> log = new ArrayList<>();
        for (String item : Options.split(terms)) {
            String[] parts = item.split("x", 2);
            int times = parts.length == 1 ? 1 : Integer.parseInt(parts[1]);
            for (int i = 0; i < times; i++) {
                long index = markIndex + log.size() + 1;
                long term = Long.parseLong(parts[0]);
                log.add(index == 1 ? Entry.membership(term, membership) : Entry.command(index, term, ""));
            }
        }
        return log;
    }

    private RaftConfig config(String name) {
        RaftConfig d = RaftConfig.defaults(0, id(name), 1);
        return new RaftConfig(
                d.group(),
                d.self(),
                d.incarnation(),
                (int) number("heartbeat", name, d.heartbeatTicks()),
                (int) number("election", name, d.electionTicks()),
                isOn("preVote", name, d.preVote()),
                isOn("checkQuorum", name, d.checkQuorum()),
                number("ring", name, d.ringBytes()),
                (int) number("frame", name, d.frameBytes()),
                number("window", name, d.windowBytes()),
                (int) number("frames", name, d.windowFrames()),
                (int) number("reads", name, d.pendingReads()),
                (int) number("caughtUp", name, d.caughtUpEntries()),
                isOn("memory", name, d.appliesFromMemory()));
    }

    private long number(String option, String member, long otherwise) {
        return Long.parseLong(options.text(option, member, Long.toString(otherwise)));
    }

    private boolean isOn(String option, String member, boolean otherwise) {
        String value = options.text(option, member, otherwise ? "on" : "off");
        if (!value.equals("on") && !value.equals("off")) {
            throw new IllegalArgumentException(option + " is on or off, not " + value);
        }
        return value.equals("on");
    }
}
