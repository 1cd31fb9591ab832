package io.quorate.testkit;

import io.quorate.node.port.StateMachine;
import io.quorate.sim.core.Operation;
import io.quorate.sim.history.HistoryRecorder;
import io.quorate.sim.history.SequentialModel;
import io.quorate.sim.history.Wgl;
import io.quorate.sim.node.Application;
import io.quorate.sim.node.Replica;
import io.quorate.sim.node.Reply;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A user's machine in one run, and the judgement of what it did. */
final class UserApplication<M extends StateMachine<R>, C, R> implements Application {
    /** Before the user's bytes stands a number. */
    static final int MAX_COMMAND_BYTES = Application.MAX_COMMAND_BYTES - Integer.BYTES;

    /** What the first member to apply a command got. */
    private record Applied(long index, long term, int operation, byte[] command, UserReply reply) {}

    /** A request of a client; reply null and ended negative where its end is not known. */
    private record Told(
            Operation operation,
            long began,
            long ended,
            @Nullable UserReply reply) {}

    private final Simulation<M, C, R> simulation;
    private final Requests<C> requests;
    private final List<Applied> log = new ArrayList<>();
    private final Map<Integer, Applied> byOperation = new TreeMap<>();
    private final List<Told> told = new ArrayList<>();
    private final List<Operation> refused = new ArrayList<>();

    UserApplication(Simulation<M, C, R> simulation, Requests<C> requests) {
        this.simulation = simulation;
        this.requests = requests;
    }

    @Override
    public Replica replica() {
        return new UserReplica<>(simulation, requests);
    }

    @Override
    public ByteBuffer command(Operation operation) {
        return requests.bytes(operation.number());
    }

    @Override
    public int operationOf(byte[] command) {
        return Requests.operationOf(ByteBuffer.wrap(command));
    }

    @Override
    public void applied(long index, long term, byte[] command, Reply reply) {
        Applied applied = new Applied(index, term, operationOf(command), command, (UserReply) reply);
        log.add(applied);
        byOperation.put(applied.operation, applied);
    }

    @Override
    public void done(Operation operation, long began, long ended, Reply reply) {
        told.add(new Told(operation, began, ended, (UserReply) reply));
    }

    @Override
    public void refused(Operation operation) {
        refused.add(operation);
    }

    @Override
    public void unknown(Operation operation, long began) {
        told.add(new Told(operation, began, -1, null));
    }

    /** What the machine gave for each command. */
    List<String> results() {
        return log.stream()
                .map(each -> Texts.inEveryJvm(requests.command(each.operation)) + " at index " + each.index + " gives "
                        + Texts.inEveryJvm(each.reply.result()))
                .toList();
    }

    // ---- the end

    @Override
    public void check() {
        replay();
        told.forEach(this::checkTold);
        for (Operation each : refused) {
            Check.REFUSED_NEVER_HAPPENED.require(
                    !byOperation.containsKey(each.number()),
                    () -> "request " + each.number() + ", " + requests.text(each.number()));
        }
        SequentialModel<?, C, R> model = simulation.model();
        if (model != null) {
            checkOrder(model);
        }
    }

    private void replay() {
        UserReplica<M, C, R> replica = new UserReplica<>(simulation, requests);
        for (Applied each : log) {
            UserReply again = replica.apply(
                    each.index, each.term, ByteBuffer.wrap(each.command).asReadOnlyBuffer());
            Check.REPLAYS.require(
                    again.equals(each.reply),
                    () -> "the first difference is at index " + each.index + ": " + requests.text(each.operation)
                            + " gave " + each.reply + ", and now gives " + again);
        }
    }

    private void checkTold(Told each) {
        UserReply reply = each.reply;
        if (reply != null && each.operation.isWrite()) {
            Applied applied = byOperation.get(each.operation.number());
            Check.ACKNOWLEDGED_IS_APPLIED.require(
                    applied != null && applied.reply.equals(reply),
                    () -> requests.text(each.operation.number()) + " was answered " + reply + ", and the log says "
                            + applied);
        }
    }

    private <S> void checkOrder(SequentialModel<S, C, R> model) {
        HistoryRecorder<Asked<C>, R> recorder = new HistoryRecorder<>();
        events().forEach(event -> event.tell(recorder));
        Wgl.Report<Asked<C>, R> report = Wgl.check(recorder.history(), new AskedModel<>(model));
        Check.LINEARIZABLE.require(report.passed(), report::toString);
    }

    // ---- the history

    /** A call or an end. */
    private final class Event {
        private final Told told;
        private final long atNanos;
        private final boolean ends;
        private final int[] id;

        Event(Told told, long atNanos, boolean ends, int[] id) {
            this.told = told;
            this.atNanos = atNanos;
            this.ends = ends;
            this.id = id;
        }

        void tell(HistoryRecorder<Asked<C>, R> recorder) {
            if (!ends) {
                Operation operation = told.operation;
                Asked<C> asked = new Asked<>(requests.request(operation), !operation.isWrite());
                id[0] = recorder.call(operation.client(), asked, atNanos);
                return;
            }
            UserReply reply = told.reply == null ? unheard(told.operation) : told.reply;
            if (reply == null) {
                recorder.refused(id[0], atNanos);
            } else {
                recorder.returned(id[0], result(reply), atNanos);
            }
        }
    }

    /** By time; at one instant calls come first, which forbids the least. */
    private List<Event> events() {
        List<Event> events = new ArrayList<>();
        long end = 1
                + told.stream()
                        .mapToLong(each -> Math.max(each.began, each.ended))
                        .max()
                        .orElse(0);
        for (Told each : told) {
            int[] id = new int[1];
            events.add(new Event(each, each.began, false, id));
            events.add(new Event(each, each.reply == null ? end : each.ended, true, id));
        }
        events.sort(Comparator.<Event>comparingLong(event -> event.atNanos).thenComparing(event -> event.ends));
        return events;
    }

    /**
     * What a client would have been told that gave up. Now that all is over the log knows: the request was applied with that
     * result, or never will be. Left open, such requests would make the search for an order a long one.
     */
    private @Nullable UserReply unheard(Operation operation) {
        Applied applied = byOperation.get(operation.number());
        return applied == null ? null : applied.reply;
    }

    @SuppressWarnings("unchecked") // It came from the user's machine, or reader.
    private R result(UserReply reply) {
        return (R) reply.result();
    }
}
