package io.quorate.raft;

/** Inputs in the canonical form: the type's number, then the fields in the order of the record. */
final class InputCodec {
    private static final int ADVANCE = 1;
    private static final int RECEIVE = 2;
    private static final int PROPOSE = 3;
    private static final int READ_INDEX = 4;
    private static final int PERSISTED = 5;
    private static final int APPLIED = 6;
    private static final int PEER_LOST = 7;
    private static final int PEER_BACK = 8;
    private static final int MAJORITY_WITHOUT_LEADER = 9;
    private static final int ELECTION_TIMED_OUT = 10;
    private static final int HEARTBEAT_DUE = 11;
    private static final int SNAPSHOT_TAKEN = 12;
    private static final int SNAPSHOT_RECEIVED = 13;
    private static final int RESTORED = 14;
    private static final int LOG_BEGINS_AT = 15;
    private static final int TRANSFER = 20;
    private static final int CHANGE = 21;
    private static final int FITNESS_IS = 22;

    private InputCodec() {}

    static void write(Input input, CanonicalForm out) {
        if (input instanceof Input.Advance i) {
            out.number(ADVANCE).number(i.ticks());
        } else if (input instanceof Input.Receive i) {
            MessageCodec.write(i.message(), out.number(RECEIVE));
        } else if (input instanceof Input.Propose i) {
            out.number(PROPOSE).text(i.kind().name()).number(i.recordBytes());
        } else if (input instanceof Input.ReadIndex i) {
            out.number(READ_INDEX).number(i.token());
        } else if (input instanceof Input.Persisted i) {
            out.number(PERSISTED).number(i.writeNumber());
        } else if (input instanceof Input.Applied i) {
            out.number(APPLIED).number(i.index());
        } else if (input instanceof Input.PeerLost i) {
            out.number(PEER_LOST).number(i.id());
        } else if (input instanceof Input.PeerBack i) {
            out.number(PEER_BACK).number(i.id());
        } else if (input instanceof Input.MajorityWithoutLeader) {
            out.number(MAJORITY_WITHOUT_LEADER);
        } else if (input instanceof Input.ElectionTimedOut) {
            out.number(ELECTION_TIMED_OUT);
        } else if (input instanceof Input.HeartbeatDue) {
            out.number(HEARTBEAT_DUE);
        } else if (input instanceof Input.SnapshotTaken i) {
            out.number(SNAPSHOT_TAKEN).mark(i.mark());
        } else if (input instanceof Input.SnapshotReceived i) {
            out.number(SNAPSHOT_RECEIVED).mark(i.mark()).number(i.term());
        } else if (input instanceof Input.Restored i) {
            out.number(RESTORED).number(i.index());
        } else if (input instanceof Input.LogBeginsAt i) {
            out.number(LOG_BEGINS_AT).number(i.firstIndex());
        } else if (input instanceof Input.Transfer i) {
            out.number(TRANSFER).id(i.to());
        } else if (input instanceof Input.Change i) {
            out.number(CHANGE).number(i.expectedIndex()).membership(i.target());
        } else if (input instanceof Input.FitnessIs i) {
            out.number(FITNESS_IS).text(i.fitness().name());
        } else {
            throw new IllegalArgumentException("no number is given to inputs like " + input);
        }
    }

    static Input read(CanonicalReader in) {
        int type = in.smallNumber();
        return switch (type) {
            case ADVANCE -> new Input.Advance(in.number());
            case RECEIVE -> new Input.Receive(MessageCodec.read(in));
            case PROPOSE -> new Input.Propose(EntryKind.valueOf(in.text()), in.smallNumber());
            case READ_INDEX -> new Input.ReadIndex(in.number());
            case PERSISTED -> new Input.Persisted(in.number());
            case APPLIED -> new Input.Applied(in.number());
            case PEER_LOST -> new Input.PeerLost(in.number());
            case PEER_BACK -> new Input.PeerBack(in.number());
            case MAJORITY_WITHOUT_LEADER -> new Input.MajorityWithoutLeader();
            case ELECTION_TIMED_OUT -> new Input.ElectionTimedOut();
            case HEARTBEAT_DUE -> new Input.HeartbeatDue();
            case SNAPSHOT_TAKEN -> new Input.SnapshotTaken(in.mark());
            case SNAPSHOT_RECEIVED -> new Input.SnapshotReceived(in.mark(), in.number());
            case RESTORED -> new Input.Restored(in.number());
            case LOG_BEGINS_AT -> new Input.LogBeginsAt(in.number());
            case TRANSFER -> new Input.Transfer(in.number());
            case CHANGE -> new Input.Change(in.number(), in.membership());
            case FITNESS_IS -> new Input.FitnessIs(Fitness.valueOf(in.text()));
            default -> throw new IllegalArgumentException("no input has the number " + type);
        };
    }
}
