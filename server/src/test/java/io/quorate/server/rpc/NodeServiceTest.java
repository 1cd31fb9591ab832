package io.quorate.server.rpc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.quorate.DataFiles;
import io.quorate.etcd.quoratepb.ChangeMembershipRequest;
import io.quorate.etcd.quoratepb.ChangeMembershipResponse;
import io.quorate.etcd.quoratepb.Entry;
import io.quorate.etcd.quoratepb.MembershipEdit;
import io.quorate.etcd.quoratepb.NewMember;
import io.quorate.etcd.quoratepb.ReadLogRequest;
import io.quorate.etcd.quoratepb.ReadLogResponse;
import io.quorate.kv.Commands;
import io.quorate.kv.PutRequest;
import io.quorate.node.ChangePlan;
import io.quorate.node.LogEntry;
import io.quorate.raft.EntryKind;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What our own service tells of the log, over a node whose log is as told. */
class NodeServiceTest {
    private static final byte[] COMMAND = Commands.encode(PutRequest.of(ascii("x"), ascii("100")));

    private final ScriptedNode node = new ScriptedNode();
    private final DataFiles files = new DataFiles(Path.of("nowhere"));
    private final NodeService service = new NodeService(
            node,
            new Directory(node.store::view),
            ServerVersion.current(),
            files,
            new HistoryReads(node, node.store::view, files, new LargeReads(1 << 20)),
            true);

    /** Even if the node gave them away: the entry may yet be replaced by another. */
    @Test
    void ofAnEntryThatIsNotCommittedOnlyIndexAndTermAreTold() {
        node.logHolds(new LogEntry(7, 3, false, EntryKind.COMMAND, ByteBuffer.wrap(COMMAND)));
        assertThat(read(7))
                .isEqualTo(ReadLogResponse.newBuilder()
                        .setSuccess(true)
                        .setEntry(Entry.newBuilder().setIndex(7).setTerm(3))
                        .setCommitted(false)
                        .build());
        node.logHolds(new LogEntry(8, 3, false, null, null));
        assertThat(read(8).getEntry())
                .isEqualTo(Entry.newBuilder().setIndex(8).setTerm(3).build());
    }

    @Test
    void ofACommittedEntryItsCommandIsToldToo() {
        node.logHolds(new LogEntry(7, 3, true, EntryKind.COMMAND, ByteBuffer.wrap(COMMAND)));
        ReadLogResponse found = read(7);
        assertThat(found.getCommitted()).isTrue();
        assertThat(found.getEntry().getCommand()).isEqualTo("put x 100");
        assertThat(found.getEntry().getPayload()).isEqualTo(ByteString.copyFrom(COMMAND));
        node.logHolds(new LogEntry(8, 3, true, EntryKind.NO_OP, ByteBuffer.allocate(0)));
        assertThat(read(8).getEntry().getCommand()).isEqualTo("no-op");
    }

    @Test
    void whereTheLogHoldsNothingNothingIsFound() {
        assertThatThrownBy(() -> read(9)).isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(refused.getStatus().getDescription()).contains("no entry at index 9");
        });
    }

    @Test
    void aChangeThatNobodyCanMakeIsRefusedBeforeTheNodeHearsOfIt() {
        NewMember bare = NewMember.newBuilder().setName("n4").build();
        NewMember far = bare.toBuilder()
                .addPeerUrls("http://" + "a".repeat(70_000) + ":1")
                .build();
        assertBad("a change of the membership without edits", ChangeMembershipRequest.getDefaultInstance());
        assertBad("an edit of the membership that says nothing", edits(MembershipEdit.getDefaultInstance()));
        assertBad(
                "a member has one to 8 peer URLs",
                edits(MembershipEdit.newBuilder().setAdd(bare).build()));
        assertBad(
                "a peer URL has at most 512 bytes",
                edits(MembershipEdit.newBuilder().setAdd(far).build()));
        for (String wrong : List.of("10.0.0.4:2380", "https://n4:1", "http://n4", "http://n4:65536", "http://n4:1/x")) {
            assertBad(
                    "a peer URL has the form http://host:port, not that of " + wrong,
                    edits(MembershipEdit.newBuilder()
                            .setAdd(bare.toBuilder().addPeerUrls(wrong))
                            .build()));
        }
        assertThat(node.changes).isEmpty();
    }

    /** Else {@code --check} would promise what {@code member add} is refused. */
    @Test
    void aCheckAsksWhatTheStrictCheckOfEtcdsCallsAsks() {
        Membership three = Membership.ofVoters(List.of(member(1), member(2), member(3)));
        MembershipEdit add = MembershipEdit.newBuilder()
                .setAdd(NewMember.newBuilder().setName("n4").addPeerUrls("http://n4:1"))
                .build();
        node.plan = new ChangePlan(null, "", three, three, List.of(1L, 2L));
        node.status = MembershipErrorsTest.status(List.of(2L));
        ChangeMembershipResponse refused = checked(add);
        assertThat(refused.getRefusal()).isEqualTo("UNHEALTHY");
        assertThat(refused.getText()).isEqualTo("etcdserver: unhealthy cluster");

        node.plan = new ChangePlan(null, "", three, three, List.of(1L, 2L, 3L));
        node.status = MembershipErrorsTest.status(List.of(2L, 3L));
        ChangeMembershipResponse fine = checked(add);
        assertThat(fine.getRefusal()).isEmpty();
        assertThat(List.of(fine.getVoters(), fine.getQuorum(), fine.getAnswering()))
                .as("with the fourth")
                .containsExactly(4, 3, 4);
    }

    private ChangeMembershipResponse checked(MembershipEdit edit) {
        CompletableFuture<ChangeMembershipResponse> answer = new CompletableFuture<>();
        service.changeMembership(
                ChangeMembershipRequest.newBuilder()
                        .setCheckOnly(true)
                        .addEdits(edit)
                        .build(),
                observer(answer));
        return answer.join();
    }

    private static Member member(long id) {
        return MembershipErrorsTest.member(id);
    }

    private static ChangeMembershipRequest edits(MembershipEdit edit) {
        return ChangeMembershipRequest.newBuilder().addEdits(edit).build();
    }

    private void assertBad(String text, ChangeMembershipRequest request) {
        AtomicReference<@Nullable Throwable> heard = new AtomicReference<>();
        service.changeMembership(request, new StreamObserver<>() {
            @Override
            public void onNext(ChangeMembershipResponse response) {
                throw new AssertionError(response);
            }

            @Override
            public void onError(Throwable failure) {
                heard.set(failure);
            }

            @Override
            public void onCompleted() {
                throw new AssertionError("completed");
            }
        });
        assertThat(heard.get()).isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(refused.getStatus().getDescription()).contains(text);
        });
    }

    /** The answer; thrown is what the client would hear. */
    private ReadLogResponse read(long index) {
        CompletableFuture<ReadLogResponse> answer = new CompletableFuture<>();
        service.readLog(ReadLogRequest.newBuilder().setIndex(index).build(), observer(answer));
        try {
            return answer.join();
        } catch (CompletionException failed) {
            throw (RuntimeException) requireNonNull(failed.getCause());
        }
    }

    private static <A> StreamObserver<A> observer(CompletableFuture<A> answer) {
        return new StreamObserver<>() {
            @Override
            public void onNext(A response) {
                answer.complete(response);
            }

            @Override
            public void onError(Throwable failure) {
                answer.obtrudeException(failure);
            }

            @Override
            public void onCompleted() {}
        };
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
