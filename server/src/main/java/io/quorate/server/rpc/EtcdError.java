package io.quorate.server.rpc;

import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.quorate.kv.KvError;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Errors as etcd 3.6 puts them on the wire. Clients compare the text, then the code, so both are interface: UNAVAILABLE
 * means that a reader may try again, everything else is definite. What etcd has no words for begins with {@code quorate:}.
 */
public enum EtcdError {
    EMPTY_KEY(KvError.EMPTY_KEY),
    KEY_NOT_FOUND(KvError.KEY_NOT_FOUND),
    VALUE_PROVIDED(KvError.VALUE_PROVIDED),
    LEASE_PROVIDED(KvError.LEASE_PROVIDED),
    TOO_MANY_OPS(KvError.TOO_MANY_OPS),
    DUPLICATE_KEY(KvError.DUPLICATE_KEY),
    INVALID_SORT_OPTION(KvError.INVALID_SORT_OPTION),
    COMPACTED(KvError.COMPACTED),
    FUTURE_REVISION(KvError.FUTURE_REVISION),
    NO_SPACE(KvError.NO_SPACE),
    LEASE_NOT_FOUND(KvError.LEASE_NOT_FOUND),
    LEASE_EXISTS(KvError.LEASE_EXISTS),
    LEASE_TTL_TOO_LARGE(KvError.LEASE_TTL_TOO_LARGE),
    REQUEST_TOO_LARGE(KvError.REQUEST_TOO_LARGE),
    MALFORMED_COMMAND(KvError.MALFORMED_COMMAND),
    INVALID_CLIENT_API_VERSION(Code.INVALID_ARGUMENT, "etcdserver: invalid client api version"),
    TOO_MANY_REQUESTS(Code.RESOURCE_EXHAUSTED, "etcdserver: too many requests"),
    MEMBER_EXISTS(Code.FAILED_PRECONDITION, "etcdserver: member ID already exist"),
    PEER_URL_EXISTS(Code.FAILED_PRECONDITION, "etcdserver: Peer URLs already exists"),
    MEMBER_BAD_URLS(Code.INVALID_ARGUMENT, "etcdserver: given member URLs are invalid"),
    MEMBER_NOT_FOUND(Code.NOT_FOUND, "etcdserver: member not found"),
    MEMBER_NOT_LEARNER(Code.FAILED_PRECONDITION, "etcdserver: can only promote a learner member"),
    LEARNER_NOT_READY(
            Code.FAILED_PRECONDITION, "etcdserver: can only promote a learner member which is in sync with leader"),
    NOT_ENOUGH_STARTED(
            Code.FAILED_PRECONDITION, "etcdserver: re-configuration failed due to not enough started members"),
    UNHEALTHY(Code.UNAVAILABLE, "etcdserver: unhealthy cluster"),
    /** Etcd does one change after the other in any case. */
    CHANGE_UNDER_WAY(Code.UNAVAILABLE, "quorate: another change of the membership is under way"),
    TOO_MANY_MEMBERS(Code.FAILED_PRECONDITION, "quorate: too many members"),
    NOT_LEADER(Code.FAILED_PRECONDITION, "etcdserver: not leader"),
    BAD_LEADER_TRANSFEREE(Code.FAILED_PRECONDITION, "etcdserver: bad leader transferee"),
    TIMEOUT_TRANSFER(Code.UNAVAILABLE, "etcdserver: request timed out, leader transfer took too long"),
    IDEMPOTENCY_KEY_REUSED(
            Code.FAILED_PRECONDITION,
            "quorate: the idempotency key was used for another request; this one was not carried out, and needs a key of its own"),
    IDEMPOTENCY_KEY_AHEAD(
            Code.FAILED_PRECONDITION,
            "quorate: the idempotency key's time lies more than ten minutes ahead of the cluster's; the request was not carried"
                    + " out; set the clocks right"),
    IDEMPOTENCY_KEY_FORGOTTEN(
            Code.FAILED_PRECONDITION,
            "quorate: outcome unknown: the idempotency key is older than all that are remembered; the request was not carried out"
                    + " now, but may have been before; read the state before you write with a new key"),
    IDEMPOTENT_ANSWER_NOT_KEPT(
            Code.FAILED_PRECONDITION,
            "quorate: answer unknown: the request with this idempotency key was carried out once, by an earlier attempt, and its"
                    + " answer was too long to be kept; read the state"),
    NO_LEADER(Code.UNAVAILABLE, "etcdserver: no leader"),
    LEADER_CHANGED(Code.UNAVAILABLE, "etcdserver: leader changed"),
    /** Etcd refuses connections meanwhile. */
    RESTORING(Code.UNAVAILABLE, "quorate: member is being restored from a snapshot"),
    DAMAGED(Code.UNAVAILABLE, "quorate: member is getting back what it lost to damage"),
    STATE_DIFFERS(Code.UNAVAILABLE, "quorate: member's state is not that of a majority"),
    STOPPED(Code.UNAVAILABLE, "etcdserver: server stopped"),
    TIMEOUT(Code.UNAVAILABLE, "etcdserver: request timed out"),
    TIMEOUT_LEADER_FAILED(Code.UNAVAILABLE, "etcdserver: request timed out, possibly due to previous leader failure"),
    TIMEOUT_CONNECTION_LOST(Code.UNAVAILABLE, "etcdserver: request timed out, possibly due to connection lost");

    private static final Map<KvError, EtcdError> OF_STORE = new EnumMap<>(KvError.class);

    static {
        for (EtcdError error : values()) {
            if (error.ofStore != null) {
                OF_STORE.put(error.ofStore, error);
            }
        }
    }

    private final @Nullable KvError ofStore;
    private final Status status;

    EtcdError(Code code, String text) {
        this.ofStore = null;
        this.status = Status.fromCode(code).withDescription(text);
    }

    EtcdError(KvError ofStore) {
        this.ofStore = ofStore;
        this.status = Status.fromCode(Code.valueOf(ofStore.code().name())).withDescription(ofStore.text());
    }

    /** The store's error as a status. */
    static EtcdError of(KvError error) {
        EtcdError found = OF_STORE.get(error);
        if (found == null) {
            throw new IllegalStateException("no status for the store's " + error);
        }
        return found;
    }

    public Status status() {
        return status;
    }

    public Code code() {
        return status.getCode();
    }

    @SuppressWarnings("NullAway") // every constant has a description
    public String text() {
        return status.getDescription();
    }

    public StatusRuntimeException exception() {
        return status.asRuntimeException();
    }
}
