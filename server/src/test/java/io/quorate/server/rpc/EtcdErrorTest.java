package io.quorate.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.quorate.kv.KvError;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Codes and texts as etcd 3.6 sends them; clients compare both literally. */
class EtcdErrorTest {
    private record Wire(Code code, String text) {}

    private static final Map<EtcdError, Wire> TABLE = Map.ofEntries(
            Map.entry(EtcdError.EMPTY_KEY, new Wire(Code.INVALID_ARGUMENT, "etcdserver: key is not provided")),
            Map.entry(EtcdError.KEY_NOT_FOUND, new Wire(Code.INVALID_ARGUMENT, "etcdserver: key not found")),
            Map.entry(EtcdError.VALUE_PROVIDED, new Wire(Code.INVALID_ARGUMENT, "etcdserver: value is provided")),
            Map.entry(EtcdError.LEASE_PROVIDED, new Wire(Code.INVALID_ARGUMENT, "etcdserver: lease is provided")),
            Map.entry(
                    EtcdError.TOO_MANY_OPS,
                    new Wire(Code.INVALID_ARGUMENT, "etcdserver: too many operations in txn request")),
            Map.entry(
                    EtcdError.DUPLICATE_KEY,
                    new Wire(Code.INVALID_ARGUMENT, "etcdserver: duplicate key given in txn request")),
            Map.entry(
                    EtcdError.INVALID_CLIENT_API_VERSION,
                    new Wire(Code.INVALID_ARGUMENT, "etcdserver: invalid client api version")),
            Map.entry(
                    EtcdError.INVALID_SORT_OPTION, new Wire(Code.INVALID_ARGUMENT, "etcdserver: invalid sort option")),
            Map.entry(
                    EtcdError.COMPACTED,
                    new Wire(Code.OUT_OF_RANGE, "etcdserver: mvcc: required revision has been compacted")),
            Map.entry(
                    EtcdError.FUTURE_REVISION,
                    new Wire(Code.OUT_OF_RANGE, "etcdserver: mvcc: required revision is a future revision")),
            Map.entry(
                    EtcdError.NO_SPACE, new Wire(Code.RESOURCE_EXHAUSTED, "etcdserver: mvcc: database space exceeded")),
            Map.entry(EtcdError.LEASE_EXISTS, new Wire(Code.FAILED_PRECONDITION, "etcdserver: lease already exists")),
            Map.entry(EtcdError.LEASE_TTL_TOO_LARGE, new Wire(Code.OUT_OF_RANGE, "etcdserver: too large lease TTL")),
            Map.entry(EtcdError.MALFORMED_COMMAND, new Wire(Code.INTERNAL, "quorate: malformed command")),
            Map.entry(EtcdError.LEASE_NOT_FOUND, new Wire(Code.NOT_FOUND, "etcdserver: requested lease not found")),
            Map.entry(EtcdError.REQUEST_TOO_LARGE, new Wire(Code.INVALID_ARGUMENT, "etcdserver: request is too large")),
            Map.entry(EtcdError.TOO_MANY_REQUESTS, new Wire(Code.RESOURCE_EXHAUSTED, "etcdserver: too many requests")),
            Map.entry(
                    EtcdError.MEMBER_EXISTS, new Wire(Code.FAILED_PRECONDITION, "etcdserver: member ID already exist")),
            Map.entry(
                    EtcdError.PEER_URL_EXISTS,
                    new Wire(Code.FAILED_PRECONDITION, "etcdserver: Peer URLs already exists")),
            Map.entry(
                    EtcdError.MEMBER_BAD_URLS,
                    new Wire(Code.INVALID_ARGUMENT, "etcdserver: given member URLs are invalid")),
            Map.entry(
                    EtcdError.RESTORING,
                    new Wire(Code.UNAVAILABLE, "quorate: member is being restored from a snapshot")),
            Map.entry(
                    EtcdError.DAMAGED,
                    new Wire(Code.UNAVAILABLE, "quorate: member is getting back what it lost to damage")),
            Map.entry(
                    EtcdError.STATE_DIFFERS,
                    new Wire(Code.UNAVAILABLE, "quorate: member's state is not that of a majority")),
            Map.entry(EtcdError.TOO_MANY_MEMBERS, new Wire(Code.FAILED_PRECONDITION, "quorate: too many members")),
            Map.entry(EtcdError.MEMBER_NOT_FOUND, new Wire(Code.NOT_FOUND, "etcdserver: member not found")),
            Map.entry(
                    EtcdError.MEMBER_NOT_LEARNER,
                    new Wire(Code.FAILED_PRECONDITION, "etcdserver: can only promote a learner member")),
            Map.entry(
                    EtcdError.LEARNER_NOT_READY,
                    new Wire(
                            Code.FAILED_PRECONDITION,
                            "etcdserver: can only promote a learner member which is in sync with leader")),
            Map.entry(
                    EtcdError.NOT_ENOUGH_STARTED,
                    new Wire(
                            Code.FAILED_PRECONDITION,
                            "etcdserver: re-configuration failed due to not enough started members")),
            Map.entry(EtcdError.UNHEALTHY, new Wire(Code.UNAVAILABLE, "etcdserver: unhealthy cluster")),
            Map.entry(
                    EtcdError.CHANGE_UNDER_WAY,
                    new Wire(Code.UNAVAILABLE, "quorate: another change of the membership is under way")),
            Map.entry(EtcdError.NOT_LEADER, new Wire(Code.FAILED_PRECONDITION, "etcdserver: not leader")),
            Map.entry(
                    EtcdError.BAD_LEADER_TRANSFEREE,
                    new Wire(Code.FAILED_PRECONDITION, "etcdserver: bad leader transferee")),
            Map.entry(
                    EtcdError.TIMEOUT_TRANSFER,
                    new Wire(Code.UNAVAILABLE, "etcdserver: request timed out, leader transfer took too long")),
            Map.entry(
                    EtcdError.IDEMPOTENCY_KEY_REUSED,
                    new Wire(
                            Code.FAILED_PRECONDITION,
                            "quorate: the idempotency key was used for another request; this one was not carried out, and"
                                    + " needs a key of its own")),
            Map.entry(
                    EtcdError.IDEMPOTENCY_KEY_AHEAD,
                    new Wire(
                            Code.FAILED_PRECONDITION,
                            "quorate: the idempotency key's time lies more than ten minutes ahead of the cluster's; the"
                                    + " request was not carried out; set the clocks right")),
            Map.entry(
                    EtcdError.IDEMPOTENCY_KEY_FORGOTTEN,
                    new Wire(
                            Code.FAILED_PRECONDITION,
                            "quorate: outcome unknown: the idempotency key is older than all that are remembered; the"
                                    + " request was not carried out now, but may have been before; read the state before"
                                    + " you write with a new key")),
            Map.entry(
                    EtcdError.IDEMPOTENT_ANSWER_NOT_KEPT,
                    new Wire(
                            Code.FAILED_PRECONDITION,
                            "quorate: answer unknown: the request with this idempotency key was carried out once, by an"
                                    + " earlier attempt, and its answer was too long to be kept; read the state")),
            Map.entry(EtcdError.NO_LEADER, new Wire(Code.UNAVAILABLE, "etcdserver: no leader")),
            Map.entry(EtcdError.LEADER_CHANGED, new Wire(Code.UNAVAILABLE, "etcdserver: leader changed")),
            Map.entry(EtcdError.STOPPED, new Wire(Code.UNAVAILABLE, "etcdserver: server stopped")),
            Map.entry(EtcdError.TIMEOUT, new Wire(Code.UNAVAILABLE, "etcdserver: request timed out")),
            Map.entry(
                    EtcdError.TIMEOUT_LEADER_FAILED,
                    new Wire(
                            Code.UNAVAILABLE,
                            "etcdserver: request timed out, possibly due to previous leader failure")),
            Map.entry(
                    EtcdError.TIMEOUT_CONNECTION_LOST,
                    new Wire(Code.UNAVAILABLE, "etcdserver: request timed out, possibly due to connection lost")));

    @Test
    void everyErrorHasARow() {
        assertThat(TABLE).containsOnlyKeys(EtcdError.values());
    }

    @Test
    void everyErrorOfTheStoreHasAStatus() {
        assertThat(KvError.values())
                .allSatisfy(error -> assertThat(EtcdError.of(error).text()).isEqualTo(error.text()));
    }

    @TestFactory
    Stream<DynamicTest> everyErrorIsOnTheWireWhatEtcdsIs() {
        return Stream.of(EtcdError.values())
                .map(error -> DynamicTest.dynamicTest(error.name(), () -> {
                    assertThat(new Wire(error.code(), error.text())).isEqualTo(TABLE.get(error));
                    assertThat(error.exception().getStatus()).isEqualTo(error.status());
                }));
    }
}
