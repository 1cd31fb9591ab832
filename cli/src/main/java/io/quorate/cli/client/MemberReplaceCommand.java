package io.quorate.cli.client;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.common.Durations;
import io.quorate.etcd.etcdserverpb.ClusterGrpc;
import io.quorate.etcd.etcdserverpb.Member;
import io.quorate.etcd.etcdserverpb.MemberListRequest;
import io.quorate.etcd.quoratepb.ChangeMembershipRequest;
import io.quorate.etcd.quoratepb.ChangeMembershipResponse;
import io.quorate.etcd.quoratepb.ClusterMember;
import io.quorate.etcd.quoratepb.MembershipEdit;
import io.quorate.etcd.quoratepb.NewMember;
import io.quorate.etcd.quoratepb.NodeGrpc;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts a new member in another's place: learner, caught up, then one change that swaps the two. */
@Command(
        name = "replace",
        sortOptions = false,
        description = {
            "Puts a new member in another's place: tells the cluster of it as a learner, waits until it was started and has"
                    + " caught up, then makes it a voter and removes the other in one change.",
            "The other need not answer. Given up, the same command goes on where it stopped."
        },
        footer = "  quorate member replace 8211f1d0f64f3269 n4 --peer-urls http://10.0.0.4:2380")
final class MemberReplaceCommand implements Runnable {
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** Refusals that pass by themselves. */
    private static final Set<String> PASSING = Set.of(
            "NOT_LEADER",
            "TERM_NOT_STARTED",
            "TRANSFERRING",
            "CHANGE_UNDER_WAY",
            "CHANGED_MEANWHILE",
            "NOT_STARTED",
            "LEARNER_LAGS",
            "ADDRESS_SILENT",
            "OVERLOADED",
            "NO_QUORUM");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ClientOptions.WithoutTable client = new ClientOptions.WithoutTable();

    @Parameters(index = "0", paramLabel = "ID", description = "Who leaves, in hexadecimal, as member list prints it.")
    private String id = "";

    @Parameters(index = "1", paramLabel = "NAME", description = "Who comes, as it calls itself: its --name.")
    private String name = "";

    @Option(
            names = "--peer-urls",
            split = ",",
            required = true,
            paramLabel = "URL",
            description = "Where the new member's peers reach it.")
    private List<String> peerUrls = List.of();

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "How long to wait for the new member. Default: ${DEFAULT-VALUE}.",
            defaultValue = "10m")
    private long waitMillis = 600_000;

    @Override
    public void run() {
        long gone = MemberId.parse(id);
        PrintWriter out = spec.commandLine().getOut();
        client.with(Effect.CHANGES_MEMBERS, cluster -> {
            new Replacement(cluster, gone, out).run();
            return true;
        });
    }

    /**
     * Each step is decided by the members as they are: where no answer came, in this run or one before, the change may have been
     * made all the same.
     */
    private final class Replacement {
        private final long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
        private final Cluster cluster;
        private final long gone;
        private final PrintWriter out;
        private boolean hasBegun;
        private boolean hasTold;
        /** The last change was not answered: the next may be refused for what that did. */
        private boolean isUndecided;

        Replacement(Cluster cluster, long gone, PrintWriter out) {
            this.cluster = cluster;
            this.gone = gone;
            this.out = out;
        }

        void run() {
            while (!isDone()) {
                LockSupport.parkNanos(RETRY_NANOS);
            }
            out.flush();
        }

        private boolean isDone() {
            try {
                return step(members());
            } catch (StatusRuntimeException failure) {
                Status.Code code = failure.getStatus().getCode();
                boolean mayPass = code == Status.Code.UNAVAILABLE || code == Status.Code.DEADLINE_EXCEEDED;
                if (!hasBegun || !mayPass || System.nanoTime() - deadline >= 0) {
                    throw Cluster.explain(failure, hasBegun ? Effect.CHANGES_MEMBERS : Effect.NONE);
                }
                isUndecided = true;
                return false;
            }
        }

        /** At least as new as whatever was answered before. */
        private List<Member> members() {
            return cluster.call(
                            ClusterGrpc::newBlockingStub,
                            stub -> stub.memberList(MemberListRequest.newBuilder()
                                    .setLinearizable(true)
                                    .build()))
                    .getMembersList();
        }

        private boolean step(List<Member> members) {
            Member leaving = find(members, member -> member.getID() == gone);
            if (leaving != null && isAtPeerUrls(leaving)) {
                throw new CommandFailure("at that peer address is member " + MemberId.text(gone)
                        + " itself, and no two members have one address: give another, or use quorate member remove "
                        + MemberId.text(gone) + " and then quorate member add " + name + ". Nothing was changed.");
            }
            Member fresh = atPeerUrls(members);
            if (leaving == null && fresh != null && !fresh.getIsLearner()) {
                if (!hasBegun) {
                    throw new CommandFailure("no voter has the id " + MemberId.text(gone)
                            + ", and at that address votes " + MemberId.text(fresh.getID())
                            + ": it was replaced before, or the id is mistyped. Nothing was changed.");
                }
                out.println("Member " + MemberId.text(gone) + " replaced by " + MemberId.text(fresh.getID()));
                return true;
            }
            if (leaving == null || leaving.getIsLearner()) {
                throw new CommandFailure("no voter has the id " + MemberId.text(gone)
                        + ": quorate member list prints them." + (hasBegun ? "" : " Nothing was changed."));
            }
            if (fresh == null) {
                add();
            } else {
                boolean isUnstarted = fresh.getName().isEmpty();
                if (isUnstarted && !hasTold) { // the answer to its addition did not come
                    tellHowToStart(fresh, members);
                }
                swap(fresh);
            }
            return false;
        }

        private void add() {
            ChangeMembershipResponse added = change(MembershipEdit.newBuilder()
                    .setAdd(NewMember.newBuilder()
                            .setName(name)
                            .addAllPeerUrls(peerUrls)
                            .setLearner(true))
                    .build());
            if (!added.getRefusal().isEmpty()) {
                failUnlessPassing(added, ". Nothing was changed.");
                return;
            }
            List<Member> members = added.getMembersList().stream()
                    .map(MemberReplaceCommand::ofEtcd)
                    .toList();
            Member fresh = atPeerUrls(members);
            if (fresh != null) {
                tellHowToStart(fresh, members);
            }
        }

        private void tellHowToStart(Member fresh, List<Member> members) {
            hasTold = true;
            out.println("Member " + MemberId.text(fresh.getID()) + " added as a learner.");
            StartLine.print(
                    out,
                    name,
                    peerUrls,
                    members.stream()
                            .filter(member -> member.getID() != gone)
                            .flatMap(member -> member.getPeerURLsList().stream()
                                    .map(url -> (member.getID() == fresh.getID() ? name : nameOf(member)) + "=" + url))
                            .sorted()
                            .collect(Collectors.joining(",")));
        }

        private void swap(Member fresh) {
            ChangeMembershipResponse swapped = change(
                    MembershipEdit.newBuilder().setPromote(fresh.getID()).build(),
                    MembershipEdit.newBuilder().setRemove(gone).build());
            if (!swapped.getRefusal().isEmpty()) {
                failUnlessPassing(
                        swapped,
                        ". Member " + MemberId.text(gone) + " is still there"
                                + (fresh.getIsLearner()
                                        ? "; the learner stays, and the same command goes on from here."
                                        : ", and at that address there is a voter already."));
            }
        }

        private ChangeMembershipResponse change(MembershipEdit... edits) {
            hasBegun = true;
            return cluster.call(
                    NodeGrpc::newBlockingStub,
                    node -> node.changeMembership(ChangeMembershipRequest.newBuilder()
                            .addAllEdits(List.of(edits))
                            .build()));
        }

        private void failUnlessPassing(ChangeMembershipResponse refused, String consequence) {
            boolean mayPass = isUndecided || PASSING.contains(refused.getRefusal());
            isUndecided = false;
            if (!mayPass || System.nanoTime() - deadline >= 0) {
                throw new CommandFailure(MemberAddCommand.Plans.why(refused) + consequence);
            }
        }
    }

    private @Nullable Member atPeerUrls(List<Member> members) {
        return find(members, this::isAtPeerUrls);
    }

    private boolean isAtPeerUrls(Member member) {
        return member.getPeerURLsList().stream().anyMatch(peerUrls::contains);
    }

    private static Member ofEtcd(ClusterMember member) {
        return Member.newBuilder()
                .setID(member.getId())
                .setName(member.getName())
                .addAllPeerURLs(member.getPeerUrlsList())
                .setIsLearner(member.getLearner())
                .build();
    }

    private static @Nullable Member find(List<Member> members, Predicate<Member> which) {
        return members.stream().filter(which).findFirst().orElse(null);
    }

    private static String nameOf(Member member) {
        return member.getName().isEmpty() ? MemberId.text(member.getID()) : member.getName();
    }
}
