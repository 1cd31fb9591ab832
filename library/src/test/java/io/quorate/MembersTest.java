package io.quorate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.QuorateTest.Sum;
import io.quorate.node.Applied;
import io.quorate.node.ChangeOutcome;
import io.quorate.node.ChangeOutcome.Changed;
import io.quorate.node.ChangeOutcome.NotChanged;
import io.quorate.node.ChangePlan;
import io.quorate.node.Consistency;
import io.quorate.node.MembershipChange;
import io.quorate.node.Outcome;
import io.quorate.node.RaftException;
import io.quorate.node.RaftNode;
import io.quorate.node.RaftOptions;
import io.quorate.node.Served;
import io.quorate.node.TransferOutcome;
import io.quorate.raft.TransferRefusal;
import io.quorate.raft.membership.ChangeRefusal;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members come and go, and the leadership moves: over real sockets and files, in one process. */
class MembersTest {
    /** Nobody finds itself sick here, however slow its disk: who leads is what these tests say. */
    private static final RaftOptions OPTIONS =
            RaftOptions.builder().forwardToLeader(true).slowWorkMillis(60_000).build();

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final Map<String, String> urls = new LinkedHashMap<>();
    private final Map<String, RaftNode<Long>> running = new LinkedHashMap<>();
    private final Map<String, Sum> machines = new LinkedHashMap<>();

    @AfterEach
    void closeAll() {
        running.values().forEach(RaftNode::close);
    }

    private RaftNode<Long> node(String name) {
        return Objects.requireNonNull(running.get(name), name);
    }

    @Test
    void aLearnerCatchesUpAndIsPromoted() throws Exception {
        three();
        long sum = add(1);
        RaftNode<Long> follower = follower();
        Membership added = changed(follower.change(MembershipChange.addLearner("n4", url("n4"))));
        long id = idOf(added, "n4");
        assertThat(added.isVoter(id)).isFalse();
        assertRefused(follower.change(MembershipChange.promote(id)), ChangeRefusal.NOT_STARTED);
        assertThat(add(1)).as("a member that is not there costs nothing").isEqualTo(sum + 1);

        join("n4");
        Membership promoted = retried(() -> leader().change(MembershipChange.promote(id)));
        assertThat(promoted.countedVoters()).hasSize(4).contains(id);
        assertThat(promoted.isJoint()).isFalse();
        awaitSum("n4", add(1));
        assertThat(await(node("n4").members())).isEqualTo(promoted);
    }

    /** It would be a voter that misses everything, and stays one behind for as long as it is down. */
    @Test
    void aLearnerThatLagsIsNotPromoted() throws Exception {
        three();
        add(1);
        long id = idOf(changed(leader().change(MembershipChange.addLearner("n4", url("n4")))), "n4");
        join("n4");
        awaitThat(() -> await(leader().check(MembershipChange.promote(id))).refusal() == null);
        Objects.requireNonNull(running.remove("n4")).close();
        long sum = 0;
        for (int k = 0; k < 20; k++) {
            sum = add(1);
        }
        Membership before = await(leader().members());
        awaitThat(() -> await(leader().check(MembershipChange.promote(id))).refusal() == ChangeRefusal.LEARNER_LAGS);
        assertRefused(leader().change(MembershipChange.promote(id)), ChangeRefusal.LEARNER_LAGS);
        assertThat(await(leader().members())).isEqualTo(before);
        assertThat(add(1)).isEqualTo(sum + 1);
    }

    @Test
    void aVoterThatIsAddedVotesByItselfWhenItHasCaughtUp() throws Exception {
        three();
        add(1);
        Membership added = changed(leader().change(MembershipChange.addVoter("n4", url("n4"))));
        long id = idOf(added, "n4");
        assertThat(added.countedVoters()).hasSize(3);
        join("n4");
        awaitThat(() -> await(leader().members()).countedVoters().contains(id));
        awaitSum("n4", add(1));
    }

    @Test
    void aMemberThatIsLostIsReplacedInOneCall() throws Exception {
        three();
        long sum = add(1);
        long gone = idOf(await(node("n1").members()), "n3");
        node("n3").close();
        CompletableFuture<ChangeOutcome> replacing = node("n1").replace(gone, "n4", List.of(url("n4")), PATIENCE);
        awaitThat(() -> await(node("n1").members()).members().size() == 4);
        join("n4");
        Membership after = changed(replacing);
        assertThat(after.members()).extracting(Member::name).containsExactlyInAnyOrder("n1", "n2", "n4");
        assertThat(after.countedVoters()).hasSize(3);
        assertThat(after.removed()).containsExactly(gone);
        awaitSum("n4", sum);
        assertThat(add(1)).isEqualTo(sum + 1);
    }

    @Test
    void aReplacementThatNeverComesLeavesTheVotersAsTheyWere() throws Exception {
        three();
        add(1);
        Membership before = await(leader().members());
        ChangeOutcome outcome =
                await(leader().replace(idOf(before, "n3"), "n4", List.of(url("n4")), Duration.ofMillis(300)));
        assertThat(outcome).isInstanceOfSatisfying(NotChanged.class, refused -> assertThat(refused.reason())
                .isEqualTo(ChangeRefusal.NOT_STARTED));
        assertThat(await(leader().members()).voters()).isEqualTo(before.voters());
    }

    @Test
    void aLeaderThatIsRemovedHandsOverIsToldAndStops() throws Exception {
        three();
        long sum = add(1);
        String leader = nameOfLeader();
        RaftNode<Long> removed = node(leader);
        long id = idOf(await(removed.members()), leader);
        Membership after = changed(removed.change(MembershipChange.remove(id)));
        assertThat(after.contains(id)).isFalse();
        assertStops(removed);
        running.remove(leader);
        assertThat(add(1)).as("the other two go on").isEqualTo(sum + 1);

        RaftNode<Long> again = start(leader, false);
        assertStops(again);
        running.remove(leader);
        assertThat(add(1)).isEqualTo(sum + 2);
    }

    @Test
    void aFollowerIsRemovedByItsOwnRequest() throws Exception {
        three();
        long sum = add(1);
        String name = nameOfFollower();
        RaftNode<Long> follower = node(name);
        long id = idOf(await(follower.members()), name);
        ChangeOutcome outcome = await(follower.change(MembershipChange.remove(id)));
        assertThat(outcome).isInstanceOf(Changed.class);
        assertStops(follower);
        running.remove(name);
        assertThat(add(1)).isEqualTo(sum + 1);
    }

    private static void assertStops(RaftNode<Long> removed) {
        assertThatThrownBy(() -> removed.stopped().get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(RaftException.class, stopped -> assertThat(stopped.code())
                        .isEqualTo(RaftException.Code.REMOVED))
                .hasMessageContaining("was removed from")
                .hasMessageContaining("A member id is never used again");
    }

    @Test
    void whatCannotBeIsRefusedAndChangesNothing() throws Exception {
        three();
        add(1);
        RaftNode<Long> leader = leader();
        Membership before = await(leader.members());
        long id = before.voters().get(0);
        MembershipChange n4 = MembershipChange.addLearner("n4", url("n4"));
        assertRefused(leader.change(MembershipChange.remove(4711)), ChangeRefusal.UNKNOWN_MEMBER);
        assertRefused(leader.change(MembershipChange.promote(id)), ChangeRefusal.NOT_A_LEARNER);
        assertRefused(leader.change(MembershipChange.addLearner("n4", url("n1"))), ChangeRefusal.ADDRESS_TAKEN);
        assertRefused(leader.change(n4.expecting(before.index() + 7)), ChangeRefusal.CHANGED_MEANWHILE);
        assertRefused(
                leader.change(new MembershipChange(
                        MembershipChange.ANY_INDEX,
                        before.voters().stream()
                                .map(voter -> (MembershipChange.Edit) new MembershipChange.Remove(voter))
                                .toList())),
                ChangeRefusal.NO_VOTER_LEFT);
        assertThat(await(leader.members())).isEqualTo(before);

        CompletableFuture<ChangeOutcome> first = leader.change(n4);
        CompletableFuture<ChangeOutcome> second = leader.change(MembershipChange.addLearner("n5", url("n5")));
        Membership after = changed(first);
        assertRefused(second, ChangeRefusal.CHANGE_UNDER_WAY);
        assertThat(after.members()).hasSize(4);
        assertRefused(leader.change(n4), ChangeRefusal.ADDRESS_TAKEN);
        assertRefused(
                leader.change(MembershipChange.remove(id).expecting(before.index())), ChangeRefusal.CHANGED_MEANWHILE);
        assertThat(await(leader.members())).isEqualTo(after);
    }

    @Test
    void aPlanSaysWhoMustAgreeAfterwards() throws Exception {
        three();
        add(1);
        Membership before = await(leader().members());
        String down = nameOfFollower();
        Objects.requireNonNull(running.remove(down)).close();
        long id = before.voters().stream()
                .filter(voter ->
                        !Objects.requireNonNull(before.member(voter)).name().equals(down))
                .findFirst()
                .orElseThrow();
        awaitThat(() ->
                await(leader().check(MembershipChange.remove(id))).answering().size() == 2);
        ChangePlan plan = await(node(nameOfFollower()).check(MembershipChange.remove(id)));
        assertThat(plan.before()).isEqualTo(before);
        assertThat(plan.quorumAfter()).isEqualTo(2);
        assertThat(plan.answeringAfter()).as("one is down, one would go").isEqualTo(1);
        awaitThat(() -> await(leader().check(MembershipChange.remove(id))).refusal() == ChangeRefusal.NO_QUORUM);
        ChangePlan good = await(leader().check(MembershipChange.remove(idOf(before, down))));
        assertThat(good.refusal()).isNull();
        assertThat(good.quorumAfter()).isEqualTo(2);
        assertThat(await(leader().members())).isEqualTo(before);
    }

    @Test
    void theLeadershipMovesToWhomItIsSent() throws Exception {
        three();
        long sum = add(1);
        for (int k = 0; k < 3; k++) {
            String to = nameOfFollower();
            long id = idOf(await(leader().members()), to);
            TransferOutcome outcome = await(node(nameOfFollower()).transferLeadership(id));
            assertThat(outcome)
                    .isInstanceOfSatisfying(TransferOutcome.Transferred.class, moved -> assertThat(moved.leader())
                            .isEqualTo(id));
            awaitThat(() -> node(to).leadership().isLeader());
            assertThat(add(1)).isEqualTo(++sum);
        }
        assertThat(await(leader().transferLeadership(0))).isInstanceOf(TransferOutcome.Transferred.class);
        assertThat(await(leader().transferLeadership(4711)))
                .isInstanceOfSatisfying(TransferOutcome.NotTransferred.class, refused -> assertThat(refused.reason())
                        .isEqualTo(TransferRefusal.UNKNOWN));
        String url = url("n4");
        Membership added = retried(() -> leader().change(MembershipChange.addLearner("n4", url)));
        assertThat(await(leader().transferLeadership(idOf(added, "n4"))))
                .isInstanceOfSatisfying(TransferOutcome.NotTransferred.class, refused -> assertThat(refused.reason())
                        .isEqualTo(TransferRefusal.NOT_A_VOTER));
    }

    @Test
    void whoWasNotAddedCannotJoin() throws Exception {
        three();
        add(1);
        url("n4");
        assertThatThrownBy(() -> start("n4", true))
                .isInstanceOfSatisfying(RaftException.class, refused -> assertThat(refused.code())
                        .isEqualTo(RaftException.Code.IDENTITY_REFUSED))
                .hasMessageContaining("no member of the cluster has the peer address " + url("n4"))
                .hasMessageContaining("add it first");
        assertThat(folder.resolve("n4")).doesNotExist();
    }

    /** Nothing is changed by any of it. */
    @Test
    void whoeverIsToVoteMustAnswerAtItsAddressAsItself() throws Exception {
        three();
        add(1);
        Membership before = await(leader().members());
        String four = url("n4");
        String five = url("n5");
        MembershipChange add = MembershipChange.addLearner("n4", four);
        assertThat(planned(add)).isEqualTo(ChangeRefusal.ADDRESS_SILENT);
        assertThat(await(leader().check(add)).text())
                .startsWith("nobody answers at the peer address " + four)
                .endsWith("start the member, or correct its address");

        CompletableFuture<RaftNode<Long>> joining = CompletableFuture.supplyAsync(() -> startWaiting("n4"));
        awaitThat(() -> await(leader().check(add)).refusal() == null);
        assertThat(await(leader().check(MembershipChange.addLearner("n5", four)))
                        .text())
                .isEqualTo(
                        "at the peer address " + four + " answers a process that waits to be added as n4, not as n5");
        assertThat(await(leader().members())).isEqualTo(before);
        long id = idOf(changed(leader().change(add)), "n4");
        running.put("n4", joining.get(20, TimeUnit.SECONDS));
        awaitThat(() -> await(leader().check(MembershipChange.promote(id))).refusal() == null);

        // It is heard, since it dials the others or they have dialled it; but its address is another's from now on.
        Membership moved = changed(leader().change(moveTo(id, five)));
        assertThat(planned(MembershipChange.promote(id))).isEqualTo(ChangeRefusal.ADDRESS_SILENT);
        assertRefused(leader().change(MembershipChange.promote(id)), ChangeRefusal.ADDRESS_SILENT);
        assertThat(await(leader().replace(before.voters().get(0), "n4", List.of(five), Duration.ofMillis(300))))
                .isInstanceOfSatisfying(NotChanged.class, refused -> assertThat(refused.text())
                        .startsWith("nobody answers at the peer address " + five));
        assertThat(await(leader().members())).isEqualTo(moved);

        try (RaftNode<Long> alone = aloneAt("n5")) {
            assertThat(alone.leadership()).isNotNull();
            ChangeOutcome outcome = await(leader().change(MembershipChange.promote(id)));
            assertThat(outcome).isInstanceOfSatisfying(NotChanged.class, refused -> {
                assertThat(refused.reason()).isEqualTo(ChangeRefusal.ADDRESS_OF_ANOTHER);
                assertThat(refused.text()).contains("(n5) of the cluster ", "and this is ");
            });
            assertThat(await(leader().replace(before.voters().get(0), "n4", List.of(five), PATIENCE)))
                    .as("that does not pass by itself")
                    .isInstanceOfSatisfying(NotChanged.class, refused -> assertThat(refused.reason())
                            .isEqualTo(ChangeRefusal.ADDRESS_OF_ANOTHER));
            assertThat(await(leader().check(MembershipChange.addLearner("n6", five)))
                            .refusal())
                    .as("its address is a member's")
                    .isEqualTo(ChangeRefusal.ADDRESS_TAKEN);
        }
        assertThat(await(leader().members())).isEqualTo(moved);
        changed(leader().change(moveTo(id, four)));
        assertThat(retried(() -> leader().change(MembershipChange.promote(id))).isVoter(id))
                .isTrue();
    }

    /** Two members' addresses are mixed up: at each answers the other. */
    @Test
    void atAnAddressWhereAnotherMemberAnswersNobodyIsPromoted() throws Exception {
        three();
        add(1);
        long four = idOf(changed(leader().change(MembershipChange.addLearner("n4", url("n4")))), "n4");
        join("n4");
        long five = idOf(retried(() -> leader().change(MembershipChange.addLearner("n5", url("n5")))), "n5");
        join("n5");
        awaitThat(() -> await(leader().check(MembershipChange.promote(five))).refusal() == null);
        retried(() -> leader().change(MembershipChange.of(
                new MembershipChange.MoveTo(four, List.of(url("n5"))),
                new MembershipChange.MoveTo(five, List.of(url("n4"))))));
        assertThat(await(leader().check(MembershipChange.promote(four))).text())
                .isEqualTo("at the peer address " + url("n5") + " answers member " + Long.toHexString(five)
                        + " (n5), not member " + Long.toHexString(four)
                        + " (n4): correct one of the addresses (quorate member update)");
        assertRefused(leader().change(MembershipChange.promote(four)), ChangeRefusal.ADDRESS_OF_ANOTHER);
        assertThat(await(leader().members()).countedVoters()).hasSize(3);
    }

    private static MembershipChange moveTo(long id, String url) {
        return MembershipChange.of(new MembershipChange.MoveTo(id, List.of(url)));
    }

    private @Nullable ChangeRefusal planned(MembershipChange change) throws Exception {
        return await(leader().check(change)).refusal();
    }

    private RaftNode<Long> startWaiting(String name) {
        return Quorate.replicate(new Sum(true))
                .name(name)
                .directory(folder.resolve(name))
                .members(urls.entrySet().stream()
                        .map(each -> each.getKey() + "=" + each.getValue())
                        .collect(Collectors.joining(",")))
                .options(OPTIONS)
                .segmentBytes(8 << 20)
                .joins(PATIENCE)
                .start();
    }

    /** A cluster of its own. */
    private RaftNode<Long> aloneAt(String name) {
        return Quorate.replicate(new Sum(true))
                .name(name)
                .directory(folder.resolve(name))
                .cluster("another")
                .members(name + "=" + urls.get(name))
                .segmentBytes(8 << 20)
                .start();
    }

    /** It joins, stops before it was promoted, and starts again, at first with nothing but what the log has told it. */
    @Test
    void whoJoinsMayStopAndStartAgain() throws Exception {
        three();
        add(1);
        long id = idOf(changed(leader().change(MembershipChange.addLearner("n4", url("n4")))), "n4");
        join("n4").close();
        join("n4");
        assertThat(retried(() -> leader().change(MembershipChange.promote(id))).isVoter(id))
                .isTrue();
        node("n4").close();
        join("n4");
        awaitSum("n4", add(1));
    }

    @Test
    void allMembersAreReplacedOneByOneAndTheFirstDirectoriesAreNotNeeded() throws Exception {
        three();
        long sum = add(1);
        for (int k = 1; k <= 3; k++) {
            String gone = "n" + k;
            String fresh = "n" + (k + 3);
            long id = idOf(await(leader().members()), gone);
            CompletableFuture<ChangeOutcome> replacing = leader().replace(id, fresh, List.of(url(fresh)), PATIENCE);
            awaitThat(() -> await(leader().members()).members().stream()
                    .anyMatch(member -> member.name().equals(fresh)));
            join(fresh);
            changed(replacing);
            RaftNode<Long> old = Objects.requireNonNull(running.remove(gone));
            assertStops(old);
            assertThat(add(1)).isEqualTo(++sum);
        }
        assertThat(await(leader().members()).members())
                .extracting(Member::name)
                .containsExactlyInAnyOrder("n4", "n5", "n6");
    }

    // ---- a cluster

    private void three() throws Exception {
        for (String name : List.of("n1", "n2", "n3")) {
            url(name);
        }
        for (String name : List.of("n1", "n2", "n3")) {
            start(name, false);
        }
    }

    private RaftNode<Long> join(String name) throws Exception {
        return start(name, true);
    }

    private RaftNode<Long> start(String name, boolean joins) throws Exception {
        Sum machine = new Sum(true);
        List<String> first = joins ? new ArrayList<>(running.keySet()) : new ArrayList<>(List.of("n1", "n2", "n3"));
        if (!first.contains(name)) {
            first.add(name);
        }
        Quorate<Long> quorate = Quorate.replicate(machine)
                .name(name)
                .directory(folder.resolve(name))
                .members(first.stream().map(each -> each + "=" + urls.get(each)).collect(Collectors.joining(",")))
                .options(OPTIONS)
                .segmentBytes(8 << 20);
        RaftNode<Long> node = (joins ? quorate.joins() : quorate).start();
        running.put(name, node);
        machines.put(name, machine);
        return node;
    }

    private String url(String name) throws Exception {
        if (!urls.containsKey(name)) {
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                urls.put(name, "http://127.0.0.1:" + free.getLocalPort());
            }
        }
        return Objects.requireNonNull(urls.get(name));
    }

    private String nameOfLeader() throws Exception {
        awaitThat(() ->
                running.values().stream().anyMatch(node -> node.leadership().isLeader()));
        return running.keySet().stream()
                .filter(name -> node(name).leadership().isLeader())
                .findFirst()
                .orElseThrow();
    }

    private RaftNode<Long> leader() throws Exception {
        return node(nameOfLeader());
    }

    /** One that knows the leader. */
    private String nameOfFollower() throws Exception {
        String leader = nameOfLeader();
        awaitThat(() ->
                running.values().stream().allMatch(node -> node.leadership().leader() != null));
        return running.keySet().stream()
                .filter(name -> !name.equals(leader))
                .findFirst()
                .orElseThrow();
    }

    private RaftNode<Long> follower() throws Exception {
        return node(nameOfFollower());
    }

    private static long idOf(Membership membership, String name) {
        return membership.members().stream()
                .filter(member -> member.name().equals(name))
                .findFirst()
                .orElseThrow()
                .id();
    }

    private static Membership changed(CompletableFuture<ChangeOutcome> change) throws Exception {
        ChangeOutcome outcome = await(change);
        assertThat(outcome).isInstanceOf(Changed.class);
        return ((Changed) outcome).membership();
    }

    /** A change that has to wait for somebody else: refused until then. */
    private static Membership retried(Callable<CompletableFuture<ChangeOutcome>> change) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        ChangeOutcome outcome = await(change.call());
        while (outcome instanceof NotChanged && System.nanoTime() - deadline < 0) {
            outcome = await(change.call());
        }
        return changed(CompletableFuture.completedFuture(outcome));
    }

    private static void assertRefused(CompletableFuture<ChangeOutcome> change, ChangeRefusal reason) throws Exception {
        assertThat(await(change)).isInstanceOfSatisfying(NotChanged.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            boolean isOfAnAddress =
                    reason == ChangeRefusal.ADDRESS_SILENT || reason == ChangeRefusal.ADDRESS_OF_ANOTHER;
            assertThat(refused.text().equals(reason.sentence())).isNotEqualTo(isOfAnAddress);
        });
    }

    private long add(long number) throws Exception {
        byte[] command = Long.toString(number).getBytes(StandardCharsets.US_ASCII);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() - deadline < 0) {
            Outcome<Long> outcome = await(leader().propose(ByteBuffer.wrap(command)));
            if (outcome instanceof Applied<Long> applied) {
                return applied.result();
            }
        }
        throw new AssertionError("not applied in time");
    }

    private void awaitSum(String name, long sum) throws Exception {
        Sum machine = Objects.requireNonNull(machines.get(name));
        awaitThat(
                () -> await(node(name).read(Consistency.LINEARIZABLE, machine.sum::get)) instanceof Served<Long> served
                        && served.value() == sum);
    }

    /** The bound is there to end a test that would hang. */
    private static void awaitThat(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("within the bound").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }
}
