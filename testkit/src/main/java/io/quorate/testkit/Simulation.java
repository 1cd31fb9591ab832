package io.quorate.testkit;

import io.quorate.node.port.StateMachine;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.KeyedRandom;
import io.quorate.sim.core.Ledger;
import io.quorate.sim.history.SequentialModel;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a state machine of one's own on clusters of one to seven whole members (the node, its log and its sessions as in
 * production) in virtual time and one thread, while clients ask and links, disks, clocks and processes fail. Each run is
 * drawn from one number, its seed. In each
 *
 * <ul>
 *   <li>every member must get equal results for equal commands, in each of its lives, and a fresh machine too, which gets all
 *       commands once more at the end: who looks at a clock, at chance or at identity is found;
 *   <li>no command is applied twice; what a client was told done was applied with the result that it was told; what it was told
 *       refused never was;
 *   <li>the machine answers every command, with a value and no exception;
 *   <li>given a {@link #model}, what clients saw is linearizable: there is one order of all requests, each between its call
 *       and its end, in which the model gives the same answers;
 *   <li>once faults are over, all members go on and agree, also after all lost their power at once.
 * </ul>
 *
 * A run in which something of it does not hold is made small, and told: see {@link SimulationFailure}. All members share
 * a JVM: what differs only between JVMs is seen by {@link SimulationTest#secondJvm}.
 *
 * <p>Not to be changed while it runs. Commands that are drawn, results and states are seen by the test's own thread alone.
 *
 * @param <M> the state machine
 * @param <C> a request: a command, or what a read asks for
 * @param <R> its result, compared by equals; arrays by what they hold
 */
public final class Simulation<M extends StateMachine<R>, C, R> {
    final Supplier<M> machine;
    final Function<KeyedRandom.Stream, C> commands;
    final Function<C, ByteBuffer> encoder;
    private @Nullable Reads<M, C, R> reads;
    private @Nullable SequentialModel<?, C, R> model;
    private @Nullable Function<M, ?> state;
    private final EnumSet<FaultKind> without = EnumSet.noneOf(FaultKind.class);

    private Simulation(Supplier<M> machine, Function<KeyedRandom.Stream, C> commands, Function<C, ByteBuffer> encoder) {
        this.machine = machine;
        this.commands = commands;
        this.encoder = encoder;
    }

    /** How clients read: what they ask, and what the machine tells. */
    record Reads<M, C, R>(Function<KeyedRandom.Stream, C> queries, BiFunction<M, C, R> reader) {}

    /** What is to be simulated, before it is said with which commands. */
    public static final class Of<M extends StateMachine<R>, R> {
        private final Supplier<M> machine;

        private Of(Supplier<M> machine) {
            this.machine = machine;
        }

        /**
         * What clients propose.
         *
         * @param generator draws a command, from nothing but what it is given
         * @param encoder gives a command's bytes, of which there are at most {@code 636}
         */
        public <C> Simulation<M, C, R> commands(
                Function<KeyedRandom.Stream, C> generator, Function<C, ByteBuffer> encoder) {
            return new Simulation<>(machine, generator, encoder);
        }
    }

    /** @param machine gives a new one in its first state each time: one for each life of a member */
    public static <M extends StateMachine<R>, R> Of<M, R> of(Supplier<M> machine) {
        return new Of<>(machine);
    }

    /**
     * Lets clients read, too: some of their requests become linearizable reads.
     *
     * @param generator draws what is asked for
     * @param reader reads the machine, and changes nothing
     */
    public Simulation<M, C, R> reads(Function<KeyedRandom.Stream, C> generator, BiFunction<M, C, R> reader) {
        reads = new Reads<>(generator, reader);
        return this;
    }

    /** Checks that what clients saw is linearizable: what the machine does, said a second time and as simply as possible. */
    public Simulation<M, C, R> model(SequentialModel<?, C, R> sequential) {
        model = sequential;
        return this;
    }

    /**
     * As {@link #model(SequentialModel)}, for one with a single answer to each request.
     *
     * @param initial the first state; states are immutable values with equals and hashCode
     * @param next the state after a request
     * @param answer to a request, in the state before it
     */
    public <S> Simulation<M, C, R> model(S initial, BiFunction<S, C, S> next, BiFunction<S, C, R> answer) {
        return model(new PlainModel<>(initial, next, answer));
    }

    /**
     * Compares the members' states after each command, too, and not only their results.
     *
     * @param digest of the whole state: a value with hashCode, equal for equal states, and not changed by later commands
     */
    public Simulation<M, C, R> state(Function<M, ?> digest) {
        state = digest;
        return this;
    }

    /** Leaves out some kinds of faults, to see whether a failure needs them. */
    public Simulation<M, C, R> without(FaultKind... kinds) {
        without.addAll(List.of(kinds));
        return this;
    }

    // ---- running

    /**
     * Runs the seeds.
     *
     * @return what happened in all of them, in numbers
     * @throws SimulationFailure of the first seed in which something does not hold
     */
    public Ledger run(Seeds seeds) {
        Ledger ledger = new Ledger();
        Iterator<Long> each = seeds.take().iterator();
        while (each.hasNext()) {
            SimulatedRun<M, C, R> run = new SimulatedRun<>(this, each.next());
            ledger.add(run.orFail(seeds).ledger());
        }
        return ledger;
    }

    /** The failure of the first seed in which something does not hold, if there is one among the seeds. */
    public Optional<SimulationFailure> failure(Seeds seeds) {
        try {
            run(seeds);
            return Optional.empty();
        } catch (SimulationFailure e) {
            return Optional.of(e);
        }
    }

    // ---- what runs ask

    @Nullable
    Reads<M, C, R> reads() {
        return reads;
    }

    @Nullable
    SequentialModel<?, C, R> model() {
        return model;
    }

    /** Hash of the state's digest; 0 where states are not compared. */
    int state(M of) {
        return state == null ? 0 : Arrays.deepHashCode(new Object[] {state.apply(of)});
    }

    boolean has(FaultKind kind) {
        return !without.contains(kind);
    }
}
