package io.quorate.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.TestMember.Entry;
import io.quorate.raft.TestMember.Parcel;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many short lives of small clusters under loss, delay, repetition, reordering, crashes, slow disks and slow state machines,
 * each decided by one seed. After every step the invariants of the member, and what must hold between members, are checked;
 * at the end all is healed and everybody must agree.
 */
class RandomClusterTest {
    private static final int STEPS = 1500;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void nothingCommittedIsLostAndAllAgreeInTheEnd(int size) {
        int seeds = size == 3 ? 120 : 50;
        for (int seed = 0; seed < seeds; seed++) {
            try {
                new World(size, 1000L * size + seed).run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("size " + size + " seed " + (1000L * size + seed), e);
            }
        }
    }

    /** Members take snapshots all the time and keep no more of their logs than they must. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void whoeverIsFarBehindComesBackByASnapshot(int size) {
        TreeMap<String, Integer> met = new TreeMap<>();
        for (int seed = 0; seed < 60; seed++) {
            World world = new World(size, 9000L * size + seed);
            world.eager = true;
            try {
                world.run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("size " + size + " seed " + (9000L * size + seed), e);
            }
            world.met.forEach((what, times) -> met.merge(what, times, Integer::sum));
        }
        assertThat(met).as("what happened").containsKeys("SnapshotTaken", "SnapshotRestored");
        if (size >= 3) {
            assertThat(met.getOrDefault("SnapshotOffered", 0)).as("%s", met).isGreaterThan(10);
            assertThat(met.getOrDefault("drops", 0)).as("%s", met).isGreaterThan(10);
            assertThat(met.getOrDefault("keeps", 0)).as("%s", met).isGreaterThan(5);
        }
    }

    /** The same with members that are added, claimed, promoted, demoted and removed, with transfers, and with sick members. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void soItIsWhileMembersChange(int size) {
        int changes = 0;
        int transfers = 0;
        for (int seed = 0; seed < 100; seed++) {
            World world = new World(size, 20_000L * size + seed, 2);
            try {
                world.run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("size " + size + " seed " + (20_000L * size + seed), e);
            }
            changes += world.changes;
            transfers += world.transfers;
        }
        assertThat(changes).as("changes that were done").isGreaterThan(100);
        assertThat(size == 1 || transfers > 20)
                .as("members told to campaign: %s", transfers)
                .isTrue();
    }

    /** Marks amid changes, members that begin with a snapshot, and members that learn by one that they were removed. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void soItIsWhileMembersChangeAndTakeSnapshots(int size) {
        TreeMap<String, Integer> met = new TreeMap<>();
        for (int seed = 0; seed < 100; seed++) {
            World world = new World(size, 400_000L * size + seed, 2);
            world.eager = true;
            try {
                world.run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("size " + size + " seed " + (400_000L * size + seed), e);
            }
            world.met.forEach((what, times) -> met.merge(what, times, Integer::sum));
        }
        assertThat(met)
                .as("what happened")
                .containsKeys("SnapshotOffered", "keeps", "drops", "joins by a snapshot", "leaves by a snapshot")
                .containsKey("marks amid a change");
        assertThat(met.getOrDefault("MembershipCommitted", 0)).as("%s", met).isGreaterThan(300);
        assertThat(size == 1 || met.getOrDefault("TransferAsked", 0) > 20)
                .as("%s", met)
                .isTrue();
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        World one = new World(3, 42);
        World two = new World(3, 42);
        one.run();
        two.run();
        for (int i = 0; i < 3; i++) {
            assertThat(one.members.get(i).raft.canonicalForm())
                    .isEqualTo(two.members.get(i).raft.canonicalForm());
        }
    }

    @Test
    void aRecordedLifeIsLivedAgainByteForByte() {
        for (int seed = 0; seed < 20; seed++) {
            World world = new World(3, 7000 + seed);
            world.eager = seed % 2 == 0;
            world.members.forEach(member -> member.restartRecorded(77));
            world.run();
            for (TestMember member : world.members) {
                Raft again = Recording.replay(member.recording.orElseThrow().take());
                assertThat(again.canonicalForm()).isEqualTo(member.raft.canonicalForm());
            }
        }
    }

    @Test
    void aCopyLivesAsTheOriginal() {
        for (int seed = 0; seed < 20; seed++) {
            World world = new World(3, 8000 + seed);
            world.eager = seed % 2 == 0;
            world.shadowed = true;
            world.run();
        }
    }

    private record Fetched(TestMember to, TestMember.Snapshot snapshot, long term) {}

    private static final class World {
        final SplitMix64 random;
        final List<TestMember> members = new ArrayList<>();
        final List<Parcel> network = new ArrayList<>();
        final List<Fetched> fetches = new ArrayList<>();

        /** What was ever true, by whom it may not be contradicted. */
        final Map<Long, Long> leaders = new HashMap<>();

        final Map<String, Long> votes = new HashMap<>();
        final List<Entry> committed = new ArrayList<>();
        final Map<Long, Long> readFloors = new HashMap<>();
        final Map<Long, Boolean> readsDone = new HashMap<>();
        final boolean[][] cut;
        final int learners;
        long nextToken = 1;
        int proposals;
        final TreeMap<String, Integer> met = new TreeMap<>();
        int changes;
        int transfers;
        boolean shadowed;
        boolean eager;

        /** Whether members change, too. */
        private final boolean changing;

        World(int size, long seed) {
            this(size, seed, 0);
        }

        World(int size, long seed, int outside) {
            changing = outside > 0;
            random = new SplitMix64(seed);
            learners = size >= 4 && random.below(2) == 0 ? 1 : 0;
            List<Member> set = new ArrayList<>();
            List<Long> voters = new ArrayList<>();
            for (long id = 1; id <= size; id++) {
                set.add(new Member(id, 100 + id, "n" + id, List.of()));
                if (id <= size - learners) {
                    voters.add(id);
                }
            }
            boolean joint = size == 5 && random.below(3) == 0;
            Membership membership = new Membership(set, voters, joint ? List.of(1L, 2L, 3L) : List.of());
            SnapshotMark mark = new SnapshotMark(0, 0, membership);
            cut = new boolean[size + outside][size + outside];
            for (long id = 1; id <= size; id++) {
                members.add(new TestMember(config(id), mark, random.next()));
            }
            for (long id = size + 1L; id <= size + outside; id++) {
                members.add(new TestMember(config(id), new SnapshotMark(0, 0, Membership.NONE), random.next()));
            }
        }

        private RaftConfig config(long id) {
            return new RaftConfig(
                    0,
                    id,
                    100 + id,
                    10,
                    100,
                    random.below(4) != 0,
                    random.below(4) != 0,
                    random.below(2) == 0 ? 2000 : 20000,
                    300,
                    600,
                    1 + random.below(4),
                    8,
                    20,
                    random.below(2) == 0);
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                step();
            }
            heal();
            agree();
        }

        private void step() {
            TestMember member = members.get(random.below(members.size()));
            int dice = random.below(1000);
            if (shadowed && member.up && dice >= 990) {
                member.takeShadow();
            }
            if (dice < 3) {
                crash(member);
            } else if (!member.up) {
                if (dice < 60) {
                    restart(member);
                }
            } else if (dice < 60) {
                member.advance(1 + random.below(random.below(10) == 0 ? 150 : 15));
            } else if (dice < 120) {
                propose(member);
            } else if (dice < 150) {
                read(member);
            } else if (dice < 165) {
                cutSomething();
            } else if (dice < 180) {
                hint(member);
            } else if (dice < 300) {
                disk(member);
            } else if (dice < 420) {
                apply(member);
            } else if (changing && dice < 435) {
                change(member);
            } else if (dice < 720) {
                deliver(random.below(10));
            } else if (dice < 750) {
                snapshot(member);
            }
            if (eager) {
                stepEagerly();
            }
            if (member.up && random.below(3) != 0) {
                drain(member);
            }
        }

        private void stepEagerly() {
            TestMember member = members.get(random.below(members.size()));
            if (member.up) {
                switch (random.below(6)) {
                    case 0 -> propose(member);
                    case 1 -> disk(member);
                    case 2 -> apply(member);
                    case 3, 4 -> snapshot(member);
                    default -> drain(member);
                }
            }
            deliver(random.below(8));
        }

        private void restart(TestMember member) {
            if (!member.config.appliesFromMemory() && random.below(2) == 0) {
                member.restartWithState(random.next());
            } else {
                member.restart(random.next());
            }
        }

        /** Takes, sends, receives, compacts; a snapshot may arrive much later, more than once, and unasked. */
        private void snapshot(TestMember member) {
            switch (random.below(5)) {
                case 0 -> member.beginSnapshot();
                case 1 -> member.endSnapshot();
                case 2 -> {
                    int room = (int) (member.raft.durableMarkIndex() + 2 - member.raft.firstIndex());
                    if (room > 1) {
                        member.removeBefore(member.raft.firstIndex() + 1 + random.below(room - 1));
                    }
                }
                case 3 -> {
                    TestMember to = members.get(random.below(members.size()));
                    if (to.wanted.isPresent() || random.below(4) == 0) {
                        send(member, to);
                    }
                }
                default -> {
                    if (!fetches.isEmpty()) {
                        int at = random.below(fetches.size());
                        Fetched fetched = random.below(5) == 0 ? fetches.get(at) : fetches.remove(at);
                        if (fetched.to().up) {
                            fetched.to().receiveSnapshot(fetched.snapshot(), fetched.term());
                        }
                    }
                }
            }
        }

        private void send(TestMember from, TestMember to) {
            if (from != to && from.mark.index() > 0) {
                fetches.add(new Fetched(to, from.newestSnapshot(), from.raft.currentTerm()));
            }
        }

        private void propose(TestMember member) {
            int bytes = 40 + random.below(random.below(20) == 0 ? 500 : 100);
            member.propose("v" + proposals++, bytes);
        }

        private void read(TestMember member) {
            long floor =
                    members.stream().mapToLong(m -> m.raft.commitIndex()).max().orElse(0);
            readFloors.put(nextToken, floor);
            member.tell(new Input.ReadIndex(nextToken++));
        }

        private void hint(TestMember member) {
            long other = 1L + random.below(members.size());
            switch (random.below(3)) {
                case 0 -> member.tell(new Input.PeerLost(other));
                case 1 -> member.tell(new Input.PeerBack(other));
                default -> member.tell(new Input.MajorityWithoutLeader());
            }
        }

        private void change(TestMember member) {
            long self = member.config.self();
            TestMember leader = members.stream()
                    .filter(m -> m.up && m.raft.role() == RoleName.LEADER)
                    .findFirst()
                    .orElse(members.get((int) self - 1));
            switch (random.below(6)) {
                case 0 -> leader.tell(new Input.Transfer(1L + random.below(members.size())));
                case 1 -> member.tell(new Input.FitnessIs(random.below(3) == 0 ? Fitness.SICK : Fitness.FIT));
                default -> {
                    long index = leader.raft.membershipIndex() + random.below(20) / 19;
                    Membership target = RandomChange.of(leader.raft.membership(), members.size(), random);
                    leader.tell(new Input.Change(index, target));
                }
            }
        }

        private void cutSomething() {
            if (random.below(2) == 0) {
                for (boolean[] row : cut) {
                    Arrays.fill(row, false);
                }
                return;
            }
            cut[random.below(members.size())][random.below(members.size())] = true;
        }

        private void disk(TestMember member) {
            if (!member.logReads.isEmpty() && random.below(2) == 0) {
                member.finishLogRead();
                post(member);
            } else if (!member.writes.isEmpty()) {
                member.persistOne();
                post(member);
            }
        }

        private void apply(TestMember member) {
            restore(member);
            for (int i = random.below(6); i >= 0 && member.canApply(); i--) {
                Entry entry = member.applyOne();
                assertCommitted(entry, member);
            }
        }

        private void restore(TestMember member) {
            if (member.toRestore.isPresent()) {
                member.restore();
                committedBy(member, member.decidesBy);
                assertThat(member.state).isEqualTo(committed.subList(0, member.state.size()));
            }
        }

        private void crash(TestMember member) {
            // What was in flight may have reached the disk or not, but whole writes in order.
            for (int i = random.below(member.writes.size() + 1); i > 0; i--) {
                member.flushOne();
            }
            member.up = false;
        }

        private void drain(TestMember member) {
            Membership decidedBy = member.decidesBy;
            member.drain();
            for (RaftEvent event : member.events) {
                if (event instanceof RaftEvent.LeaderElected elected) {
                    elected(member, elected.term());
                } else if (event instanceof RaftEvent.MembershipCommitted && member.raft.role() == RoleName.LEADER) {
                    changes++;
                } else if (event instanceof RaftEvent.TransferAsked) {
                    transfers++;
                }
                meet(event, member, decidedBy);
            }
            member.events.clear();
            for (Effects.ReadAnswer read : member.reads) {
                if (read.refusal() == null) {
                    assertThat(read.index())
                            .as("read %s is fresh", read.token())
                            .isGreaterThanOrEqualTo(readFloors.get(read.token()));
                    assertThat(member.applied()).isGreaterThanOrEqualTo(read.index());
                    assertThat(member.raft.isRestoring()).isFalse();
                }
                assertThat(readsDone.put(read.token(), true))
                        .as("read %s is answered once", read.token())
                        .isNull();
            }
            member.reads.clear();
            post(member);
            committedBy(member, decidedBy);
        }

        private void meet(RaftEvent event, TestMember member, Membership before) {
            long self = member.config.self();
            Membership now = member.raft.membership();
            if (event instanceof RaftEvent.SnapshotInstalled installed) {
                meet(installed.keepsLog() ? "keeps" : "drops", true);
                meet("joins by a snapshot", before.members().isEmpty());
                meet("leaves by a snapshot", before.contains(self) && !now.contains(self));
            } else {
                meet(event.getClass().getSimpleName(), true);
            }
            SnapshotMark mark = member.raft.mark();
            boolean isMarks = mark.index() > 0 && now.equals(mark.membership());
            meet(
                    "marks amid a change",
                    event instanceof RaftEvent.SnapshotTaken
                            && mark.membership().isJoint());
            meet(
                    "falls back to a mark",
                    event instanceof RaftEvent.Truncated && isMarks && now.index() < before.index());
        }

        private void meet(String what, boolean happened) {
            if (happened) {
                met.merge(what, 1, Integer::sum);
            }
        }

        /** Election safety and leader completeness (figure 3). */
        private void elected(TestMember member, long term) {
            Long other = leaders.put(term, member.config.self());
            assertThat(other == null || other == member.config.self())
                    .as("one leader of term %s", term)
                    .isTrue();
            long prevIndex = member.raft.firstIndex() - 1;
            for (Entry entry : committed.subList((int) Math.max(0, prevIndex - 1), committed.size())) {
                assertThat(member.raft.termAt(entry.index()))
                        .as("leader of %s has %s", term, entry)
                        .isEqualTo(entry.term());
            }
        }

        /** Whoever commits first writes down what; at that moment a quorum must hold it durably. */
        private void committedBy(TestMember member, Membership decidedBy) {
            while (committed.size() < member.raft.commitIndex()) {
                Entry entry = member.records.get(committed.size());
                assertDurableOnQuorum(entry, decidedBy);
                committed.add(entry);
            }
            long last = member.raft.commitIndex();
            if (last > 0) {
                assertThat(member.records.get((int) last - 1)).isEqualTo(committed.get((int) last - 1));
            }
        }

        private void assertDurableOnQuorum(Entry entry, Membership membership) {
            for (List<Long> half : List.of(membership.countedVoters(), membership.outgoingVoters())) {
                long holders = half.stream()
                        .map(id -> members.get((int) (id - 1)).durable)
                        .filter(log -> log.size() >= entry.index()
                                && log.get((int) entry.index() - 1).equals(entry))
                        .count();
                assertThat(half.isEmpty() || holders > half.size() / 2)
                        .as("%s durable on a quorum", entry)
                        .isTrue();
            }
        }

        /** State machine safety (figure 3). */
        private void assertCommitted(Entry entry, TestMember member) {
            committedBy(member, member.decidesBy);
            assertThat(entry).isEqualTo(committed.get((int) entry.index() - 1));
        }

        /** What leaves must be durable, and a vote goes to one. */
        private void post(TestMember member) {
            for (Parcel parcel : member.outbox) {
                Message message = parcel.message();
                boolean namesNextTerm = message instanceof Message.RequestPreVote
                        || (message instanceof Message.PreVoteAnswer answer
                                && answer.refusal() != VoteRefusal.STALE_TERM);
                if (!namesNextTerm) {
                    assertThat(message.term())
                            .as("durable before %s", message)
                            .isLessThanOrEqualTo(member.hardState.currentTerm());
                }
                if (message instanceof Message.VoteAnswer vote && vote.refusal() == VoteRefusal.NONE) {
                    voted(member, vote.term(), vote.to());
                } else if (message instanceof Message.RequestVote request) {
                    voted(member, request.term(), request.from());
                }
                network.add(parcel);
            }
            member.outbox.clear();
        }

        private void voted(TestMember member, long term, long candidate) {
            Long before = votes.put(member.config.self() + "@" + term, candidate);
            assertThat(before == null || before == candidate)
                    .as("one vote of %s in %s", member.config.self(), term)
                    .isTrue();
            boolean durable = member.hardState.currentTerm() > term || member.hardState.votedFor() == candidate;
            assertThat(durable)
                    .as("vote of %s in %s is durable", member.config.self(), term)
                    .isTrue();
        }

        private void deliver(int dice) {
            if (network.isEmpty()) {
                return;
            }
            int at = dice < 6 ? 0 : random.below(Math.min(network.size(), 20));
            Parcel parcel = dice == 9 && random.below(4) == 0 ? network.get(at) : network.remove(at);
            Message message = parcel.message();
            TestMember to = members.get((int) message.to() - 1);
            boolean lost = dice == 8 && random.below(3) == 0;
            if (to.up && !lost && !cut[(int) message.from() - 1][(int) message.to() - 1]) {
                to.receive(parcel);
            }
        }

        /** No more faults: everybody is up, every link works, disks and state machines keep up. */
        private void heal() {
            for (boolean[] row : cut) {
                Arrays.fill(row, false);
            }
            for (TestMember member : members) {
                if (!member.up) {
                    restart(member);
                }
                for (TestMember other : members) {
                    member.tell(new Input.PeerBack(other.config.self()));
                }
            }
            for (int round = 0; round < 2000 && !isQuiet(); round++) {
                settle();
                stopTheRemoved();
                members.forEach(member -> member.advance(5));
            }
            settle();
        }

        /** As a driver does when a peer says that a committed membership is without this member. */
        private void stopTheRemoved() {
            TestMember newest = newest();
            Membership membership = newest.raft.membership();
            boolean isSettled = newest.raft.membershipIndex() <= newest.raft.commitIndex() && !membership.isJoint();
            for (TestMember member : members) {
                if (isSettled && !membership.contains(member.config.self()) && member.raft.role() != RoleName.LEADER) {
                    member.up = false;
                }
            }
        }

        private TestMember newest() {
            TestMember newest = members.get(0);
            for (TestMember member : members) {
                newest = member.raft.commitIndex() > newest.raft.commitIndex() ? member : newest;
            }
            return newest;
        }

        private List<TestMember> inTheEnd() {
            return members.stream().filter(member -> member.up).toList();
        }

        private boolean isQuiet() {
            long last = newest().raft.lastIndex();
            return inTheEnd().stream().anyMatch(m -> m.raft.role() == RoleName.LEADER)
                    && inTheEnd().stream()
                            .allMatch(m -> m.raft.lastIndex() == last
                                    && m.raft.commitIndex() == last
                                    && m.applied() == last
                                    && m.raft.reads().size() == 0)
                    && !newest().raft.membership().isJoint();
        }

        private void settle() {
            for (int i = 0; i < 30; i++) {
                for (TestMember member : inTheEnd()) {
                    while (!member.writes.isEmpty()) {
                        member.persistOne();
                    }
                    while (!member.logReads.isEmpty()) {
                        member.finishLogRead();
                    }
                    restore(member);
                    member.wanted.ifPresent(fetch -> send(members.get((int) fetch.leader() - 1), member));
                    while (member.canApply()) {
                        assertCommitted(member.applyOne(), member);
                    }
                    drain(member);
                }
                fetches.stream().filter(fetched -> fetched.to().up).forEach(fetched -> fetched.to()
                        .receiveSnapshot(fetched.snapshot(), fetched.term()));
                fetches.clear();
                for (int count = network.size(); count > 0; count--) {
                    Parcel parcel = network.remove(0);
                    TestMember to = members.get((int) parcel.message().to() - 1);
                    if (to.up) {
                        to.receive(parcel);
                    }
                }
            }
        }

        private void agree() {
            assertThat(isQuiet()).as(() -> "all agree in the end:\n" + members).isTrue();
            TestMember first = newest();
            for (TestMember member : inTheEnd()) {
                assertThat(member.records).isEqualTo(first.records);
                assertThat(member.raft.currentTerm()).isEqualTo(first.raft.currentTerm());
            }
        }
    }
}
