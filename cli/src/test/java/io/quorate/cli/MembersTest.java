package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.quorate.cli.support.Ports;
import io.quorate.etcd.etcdserverpb.ClusterGrpc;
import io.quorate.etcd.etcdserverpb.MaintenanceGrpc;
import io.quorate.etcd.etcdserverpb.Member;
import io.quorate.etcd.etcdserverpb.MemberAddRequest;
import io.quorate.etcd.etcdserverpb.MemberListRequest;
import io.quorate.etcd.etcdserverpb.MemberPromoteRequest;
import io.quorate.etcd.etcdserverpb.MemberRemoveRequest;
import io.quorate.etcd.etcdserverpb.MemberUpdateRequest;
import io.quorate.etcd.etcdserverpb.MoveLeaderRequest;
import io.quorate.etcd.etcdserverpb.StatusRequest;
import io.quorate.node.RaftException;
import io.quorate.server.Server;
import io.quorate.server.options.InitialMember;
import io.quorate.server.options.ServerOptions;
import io.quorate.server.options.ServerOptions.ClusterState;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Members come and go by the commands and by etcd's API; the servers are in this process. */
final class MembersTest {
    private static final long BOUND_SECONDS = 20;

    @TempDir
    private Path folder;

    private final int firstPort = Ports.run(6);
    private final Map<String, Server> servers = new LinkedHashMap<>();
    private final Map<String, ManagedChannel> channels = new LinkedHashMap<>();

    @AfterEach
    void endThem() {
        channels.values().forEach(ManagedChannel::shutdownNow);
        servers.values().forEach(Server::close);
    }

    @Test
    void aMemberIsAddedPromotedAndLeadsAndTheOldLeaderIsRemoved() throws Exception {
        found("n1", "n2", "n3");
        String added = ok("member", "add", "n4", "--learner", "--peer-urls", url("n4"));
        assertThat(added)
                .containsPattern("Member [0-9a-f]+ added to cluster [0-9a-f]+")
                .contains("ETCD_NAME=\"n4\"", "n4=" + url("n4"), "ETCD_INITIAL_CLUSTER_STATE=\"existing\"");
        String id = hex(member(url("n4")));
        assertThat(ok("member", "list")).contains(id + ", unstarted, , " + url("n4") + ", , true");
        assertThat(failed("member", "promote", id)).contains("in sync with leader");

        join("n4");
        awaitThat(() -> run("member", "promote", id).exitCode == 0);
        assertThat(ok("member", "list"))
                .contains(id + ", started, n4, " + url("n4"))
                .contains(", false");
        assertThat(failed("member", "promote", id)).contains("can only promote a learner member");

        String before = nameOfLeader();
        awaitThat(() -> run("move-leader", id).exitCode == 0);
        assertThat(nameOfLeader()).isEqualTo("n4");
        assertThat(before).isNotEqualTo("n4");

        assertThat(ok("member", "remove", id)).contains("Member " + id + " removed from cluster");
        assertStopsAsRemoved("n4");
        assertThat(members()).hasSize(3);
        assertThat(failed("member", "remove", id)).contains("member not found");
        assertThat(ok("put", "x", "1")).isEqualTo("OK\n");
    }

    @Test
    void whoWaitsToBeAddedIsSeenByTheCheckAndStartsWhenItIs() throws Exception {
        found("n1", "n2", "n3");
        String[] check = {"member", "add", "n4", "--learner", "--peer-urls", url("n4"), "--check"};
        assertThat(failed(check))
                .contains("it would be refused: nobody answers at the peer address " + url("n4"), "start the member")
                .contains("Nothing was changed.");
        CompletableFuture<Void> joining = CompletableFuture.runAsync(() -> join("n4"));
        awaitThat(() -> run(check).exitCode == 0);
        assertThat(ok(check)).contains("It can be done. Nothing was changed.", "2 of 3 voters must agree");
        assertThat(failed("member", "add", "n5", "--peer-urls", url("n4"), "--check"))
                .contains("answers a process that waits to be added as n4, not as n5");
        assertThat(members()).hasSize(3);
        assertThat(joining).isNotDone();
        ok("member", "add", "n4", "--learner", "--peer-urls", url("n4"));
        joining.get(BOUND_SECONDS, TimeUnit.SECONDS);
        assertThat(ok("member", "list")).contains(", started, n4, ");

        // Its peers have met it, and its address is moved to where nobody is.
        String id = hex(member(url("n4")));
        awaitThat(() -> run("member", "promote", id, "--check").exitCode == 0);
        ok("member", "update", id, "--peer-urls", url("n6"));
        String silent = "nobody answers at the peer address " + url("n6");
        assertThat(failed("member", "promote", id, "--check")).contains(silent);
        assertThat(failed("member", "promote", id)).contains(silent);
        assertThat(failed(
                        "member", "replace", hex(member(url("n3"))), "n4", "--peer-urls", url("n6"), "--wait", "300ms"))
                .contains(silent, "the learner stays");
        assertThat(members()).filteredOn(Member::getIsLearner).hasSize(1);
    }

    @Test
    void leasesAreSwitchedOnAndOffForAllMembersAndReadsMayUseThem() throws Exception {
        found("n1", "n2", "n3");
        assertThat(ok("member", "lease")).startsWith("Leases are off");
        assertThat(ok("member", "lease", "1s", "--drift", "50")).contains("1000 ms", "50 per thousand");
        assertThat(ok("member", "lease", "1s")).as("it is so already").contains("1000 ms");
        assertThat(ok("member", "lease", "-w", "json")).contains("\"promise_millis\":1000");
        assertThat(failed("member", "lease", "1ms")).contains("10ms to 10m");
        assertThat(failed("member", "lease", "1s", "--drift", "501")).contains("a drift of 0 to 500 per thousand");
        Ran put = run("put", "x", "1", "-v");
        Matcher entry = Pattern.compile("entry: index (\\d+)").matcher(put.err);
        assertThat(entry.find()).as(put.err).isTrue();
        for (String consistency : List.of("l", "lease", "at-least=" + entry.group(1), "within=5s")) {
            assertThat(ok("get", "x", "--print-value-only", "--consistency", consistency))
                    .as(consistency)
                    .isEqualTo("1\n");
        }
        assertThat(failed("get", "x", "--consistency", "within=soon")).contains("is no time");
        assertThat(failed("get", "x", "--consistency", "strong")).contains("write l, s, lease");
        assertThat(ok("member", "lease", "off")).startsWith("Leases are off");
        assertThat(ok("member", "lease")).startsWith("Leases are off");
    }

    /** What {@code MembershipErrorsTest} has by a script, by real servers. */
    @Test
    void withAMemberDownTheClusterIsUnhealthyAndATransferToItTakesTooLong() throws Exception {
        found("n1", "n2", "n3");
        String down = nameOfFollower();
        long id = member(url(down));
        Objects.requireNonNull(servers.remove(down)).close();
        Objects.requireNonNull(channels.remove(down)).shutdownNow();
        awaitThat(() -> "etcdserver: unhealthy cluster".equals(refusal(() -> add(url("n4"), false))));
        String leading = hex(member(url(nameOfLeader())));
        assertThat(failed("member", "remove", leading))
                .endsWith("etcdserver: unhealthy cluster. Nothing was changed." + System.lineSeparator());
        assertThat(failed("member", "remove", leading, "--check"))
                .as("as the member that was asked sees it, or the leader")
                .containsPattern(
                        "it would be refused: (etcdserver: unhealthy cluster|the voters that answer now would be"
                                + " no majority after the change)");
        ManagedChannel leader = Objects.requireNonNull(channels.get(nameOfLeader()));
        assertRefused(
                Status.Code.UNAVAILABLE,
                "etcdserver: request timed out, leader transfer took too long",
                () -> MaintenanceGrpc.newBlockingStub(leader)
                        .moveLeader(
                                MoveLeaderRequest.newBuilder().setTargetID(id).build()));
        assertThat(members()).hasSize(3);
        assertThat(leads(leader)).isTrue();
    }

    @Test
    void withoutALeaderAChangeIsSaidToHaveNone() throws Exception {
        found("n1", "n2", "n3");
        String left = nameOfFollower();
        long id = member(url(left));
        for (String name : List.of("n1", "n2", "n3")) {
            if (!name.equals(left)) {
                Objects.requireNonNull(servers.remove(name)).close();
            }
        }
        // Whoever closed handed over, so for a moment the one that is left leads a term in which it commits nothing.
        awaitThat(() -> failed("member", "remove", hex(id), "--check", "--command-timeout=30s")
                .contains("it would be refused: there is no leader now, or it did not answer in time"));
    }

    /** All the cluster's keys are in it, and a file of that name may be somebody's. */
    @Test
    void aSavedSnapshotIsItsUsersAloneAndTouchesNoOtherFile() throws Exception {
        found("n1");
        Path saved = folder.resolve("backup.snapshot");
        Path mine = Files.writeString(folder.resolve("backup.snapshot.part"), "mine");
        assertThat(ok("snapshot", "save", saved.toString())).contains("Snapshot saved at");
        assertThat(Files.getPosixFilePermissions(saved)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(mine).hasContent("mine");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .as("nothing is left behind")
                    .containsExactlyInAnyOrder("n1", "backup.snapshot", "backup.snapshot.part");
        }
        assertThat(failed("snapshot", "save", folder.resolve("none/b").toString()))
                .contains("there is no directory " + folder.resolve("none"));
    }

    private static @Nullable String refusal(Runnable call) {
        try {
            call.run();
            return null;
        } catch (StatusRuntimeException refused) {
            return refused.getStatus().getDescription();
        }
    }

    @Test
    void aLostMemberIsReplacedByOneWithAnEmptyDirectory() throws Exception {
        found("n1", "n2", "n3");
        String gone = hex(member(url("n3")));
        assertThat(ok("put", "x", "1")).isEqualTo("OK\n");
        Objects.requireNonNull(servers.remove("n3")).close();
        channels.remove("n3");
        CompletableFuture<Ran> replacing =
                CompletableFuture.supplyAsync(() -> run("member", "replace", gone, "n4", "--peer-urls", url("n4")));
        awaitThat(() -> members().size() == 4);
        join("n4");
        Ran replaced = replacing.get(BOUND_SECONDS, TimeUnit.SECONDS);
        assertThat(replaced.exitCode).as(replaced.err).isZero();
        assertThat(replaced.out)
                .contains("added as a learner", "n4=" + url("n4"), "--name=n4", "--initial-cluster-state=existing")
                .contains("--initial-advertise-peer-urls=" + url("n4") + " ", "--listen-peer-urls=" + url("n4") + " ")
                .contains("Member " + gone + " replaced by " + hex(member(url("n4"))));
        assertThat(members()).hasSize(3).noneMatch(Member::getIsLearner);
        assertThat(ok("get", "x", "--print-value-only")).isEqualTo("1\n");
        assertThat(failed("member", "replace", gone, "n5", "--peer-urls", url("n5")))
                .contains("no voter has the id");
        assertThat(failed("member", "replace", gone, "n4", "--peer-urls", url("n4")))
                .as("the same again: nobody knows whether the id was mistyped")
                .contains("at that address votes " + hex(member(url("n4"))) + ": it was replaced before, or");
        String second = hex(member(url("n2")));
        assertThat(failed("member", "replace", second, "n1", "--peer-urls", url("n1")))
                .contains("there is a voter already");
        assertThat(failed("member", "replace", second, "n2", "--peer-urls", url("n2")))
                .as("where it is itself")
                .contains("give another, or use quorate member remove " + second + " and then quorate member add n2");
        assertThat(failed("member", "replace", second, "n5", "--peer-urls", "127.0.0.1:1"))
                .contains("a peer URL has the form http://host:port");
        assertThat(members()).hasSize(3);
        assertThat(failed("member", "remove", "no-hex")).contains("expecting ID in Hex");
    }

    @Test
    void whatCannotBeIsRefusedInEtcdsWordsAndChangesNothing() throws Exception {
        found("n1", "n2", "n3");
        List<Member> before = members();
        assertRefused(
                Status.Code.FAILED_PRECONDITION, "etcdserver: Peer URLs already exists", () -> add(url("n1"), true));
        assertRefused(
                Status.Code.INVALID_ARGUMENT, "etcdserver: given member URLs are invalid", () -> add("no url", true));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "etcdserver: given member URLs are invalid",
                () -> add("http://" + "a".repeat(70_000) + ":1", true));
        assertRefused(Status.Code.NOT_FOUND, "etcdserver: member not found", () -> remove(4711));
        assertRefused(Status.Code.NOT_FOUND, "etcdserver: member not found", () -> cluster()
                .memberPromote(MemberPromoteRequest.newBuilder().setID(4711).build()));
        assertRefused(Status.Code.NOT_FOUND, "etcdserver: member not found", () -> cluster()
                .memberUpdate(MemberUpdateRequest.newBuilder()
                        .setID(4711)
                        .addPeerURLs(url("n5"))
                        .build()));
        assertRefused(Status.Code.FAILED_PRECONDITION, "etcdserver: can only promote a learner member", () -> cluster()
                .memberPromote(MemberPromoteRequest.newBuilder()
                        .setID(before.get(0).getID())
                        .build()));
        assertRefused(
                Status.Code.FAILED_PRECONDITION,
                "etcdserver: bad leader transferee",
                () -> MaintenanceGrpc.newBlockingStub(channels.get(nameOfLeader()))
                        .moveLeader(
                                MoveLeaderRequest.newBuilder().setTargetID(4711).build()));
        assertRefused(Status.Code.FAILED_PRECONDITION, "etcdserver: not leader", () -> MaintenanceGrpc.newBlockingStub(
                        channels.get(nameOfFollower()))
                .moveLeader(MoveLeaderRequest.newBuilder()
                        .setTargetID(before.get(0).getID())
                        .build()));
        assertThat(members()).isEqualTo(before);
    }

    /** etcd's strict check, with its exception from one member to two. */
    @Test
    void aClusterOfOneGrowsAsFarAsItsMembersHaveStarted() throws Exception {
        found("n1");
        long one = members().get(0).getID();
        assertRefused(
                Status.Code.FAILED_PRECONDITION,
                "etcdserver: re-configuration failed due to not enough started members",
                () -> remove(one));
        add(url("n2"), false);
        assertThat(ok("status")).contains("1 of 1 voters answer", "not started");
        assertThat(ok("put", "x", "1")).as("who has not started does not count").isEqualTo("OK\n");
        assertRefused(
                Status.Code.FAILED_PRECONDITION,
                "etcdserver: re-configuration failed due to not enough started members",
                () -> add(url("n3"), false));
        assertThat(members()).hasSize(2);
        join("n2");
        awaitThat(() -> members().stream().noneMatch(Member::getIsLearner));
        awaitThat(() -> added(url("n3")));
        assertThat(members()).hasSize(3);
    }

    private boolean added(String url) {
        try {
            add(url, false);
            return true;
        } catch (StatusRuntimeException refused) {
            assertThat(refused.getStatus().getDescription())
                    .isIn(
                            "etcdserver: re-configuration failed due to not enough started members",
                            "etcdserver: unhealthy cluster");
            return false;
        }
    }

    @Test
    void aLeaderThatIsStoppedHasHandedOverBefore() throws Exception {
        found("n1", "n2", "n3");
        String leader = nameOfLeader();
        Objects.requireNonNull(servers.remove(leader)).close();
        Objects.requireNonNull(channels.remove(leader)).shutdownNow();
        assertThat(channels.values().stream().anyMatch(this::leads))
                .as("another leads already, nobody waits for an election")
                .isTrue();
    }

    // ---- a cluster

    private void found(String... names) {
        List<InitialMember> initial = new ArrayList<>();
        for (String name : names) {
            initial.add(new InitialMember(name, List.of(URI.create(url(name)))));
        }
        for (String name : names) {
            start(name, initial, ClusterState.NEW);
        }
        servers.values().forEach(server -> server.ready().join());
    }

    private void join(String name) {
        List<InitialMember> initial = new ArrayList<>();
        for (String each : servers.keySet()) {
            initial.add(new InitialMember(each, List.of(URI.create(url(each)))));
        }
        initial.add(new InitialMember(name, List.of(URI.create(url(name)))));
        start(name, initial, ClusterState.EXISTING);
        Objects.requireNonNull(servers.get(name)).ready().join();
    }

    private void start(String name, List<InitialMember> initial, ClusterState state) {
        Server server = Server.start(ServerOptions.builder()
                .name(name)
                .dataDir(folder.resolve(name))
                .initialCluster(initial)
                .initialClusterState(state)
                .listenPeerUrls(List.of(URI.create(url(name))))
                .initialAdvertisePeerUrls(List.of(URI.create(url(name))))
                .listenClientUrls(List.of(URI.create("http://127.0.0.1:0")))
                .segmentBytes(8 << 20)
                .slowWorkMillis(60_000) // who leads is what these tests say, however busy the computer is
                .build());
        servers.put(name, server);
        channels.put(
                name,
                NettyChannelBuilder.forAddress(
                                "127.0.0.1", server.clientAddresses().get(0).getPort())
                        .usePlaintext()
                        .build());
    }

    private String url(String name) {
        return "http://127.0.0.1:" + (firstPort + Integer.parseInt(name.substring(1)) - 1);
    }

    private ClusterGrpc.ClusterBlockingStub cluster() {
        return ClusterGrpc.newBlockingStub(channels.values().iterator().next());
    }

    private List<Member> members() {
        return cluster()
                .memberList(MemberListRequest.newBuilder().setLinearizable(true).build())
                .getMembersList();
    }

    private long member(String url) {
        return members().stream()
                .filter(member -> member.getPeerURLsList().contains(url))
                .findFirst()
                .orElseThrow()
                .getID();
    }

    private static String hex(long id) {
        return Long.toHexString(id);
    }

    private void add(String url, boolean learner) {
        cluster()
                .memberAdd(MemberAddRequest.newBuilder()
                        .addPeerURLs(url)
                        .setIsLearner(learner)
                        .build());
    }

    private void remove(long id) {
        cluster().memberRemove(MemberRemoveRequest.newBuilder().setID(id).build());
    }

    private boolean leads(ManagedChannel channel) {
        var status = MaintenanceGrpc.newBlockingStub(channel).status(StatusRequest.getDefaultInstance());
        return status.getLeader() == status.getHeader().getMemberId();
    }

    private String nameOfLeader() throws Exception {
        awaitThat(() -> channels.values().stream().anyMatch(this::leads));
        return channels.entrySet().stream()
                .filter(each -> leads(each.getValue()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    private String nameOfFollower() throws Exception {
        String leader = nameOfLeader();
        return channels.keySet().stream()
                .filter(name -> !name.equals(leader))
                .findFirst()
                .orElseThrow();
    }

    private void assertStopsAsRemoved(String name) {
        Server server = Objects.requireNonNull(servers.remove(name));
        Objects.requireNonNull(channels.remove(name)).shutdownNow();
        assertThatThrownBy(() -> server.stopped().get(BOUND_SECONDS, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(RaftException.class, stopped -> assertThat(stopped.code())
                        .isEqualTo(RaftException.Code.REMOVED));
        server.close();
    }

    private static void assertRefused(Status.Code code, String text, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
            assertThat(refused.getStatus().getDescription()).isEqualTo(text);
            assertThat(refused.getStatus().getCode()).isEqualTo(code);
        });
    }

    // ---- commands

    private record Ran(int exitCode, String out, String err) {}

    private Ran run(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine quorate = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--dial-timeout=20s"); // how soon an address answers is not what these tests are about
        all.add("--endpoints="
                + servers.values().stream()
                        .map(server ->
                                "127.0.0.1:" + server.clientAddresses().get(0).getPort())
                        .collect(Collectors.joining(",")));
        int exitCode = quorate.execute(all.toArray(String[]::new));
        return new Ran(exitCode, out.toString(), err.toString());
    }

    private String ok(String... words) {
        Ran ran = run(words);
        assertThat(ran.exitCode).as(ran.err).isZero();
        return ran.out;
    }

    private String failed(String... words) {
        Ran ran = run(words);
        assertThat(ran.exitCode).as(ran.out).isNotZero();
        return ran.err;
    }

    /** The bound is there to end a test that would hang. */
    private static void awaitThat(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("within the bound").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
