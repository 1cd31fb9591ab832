package io.quorate.sim.node;

import io.quorate.node.Applied;
import io.quorate.node.Consistency;
import io.quorate.node.Outcome;
import io.quorate.node.ReadOutcome;
import io.quorate.node.Refused;
import io.quorate.node.Served;
import io.quorate.node.Unknown;
import io.quorate.raft.membership.Member;
import io.quorate.sim.core.Fault;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.Happening;
import io.quorate.sim.core.KeyedRandom;
import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.Mark;
import io.quorate.sim.core.Operation;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Clients, each with one request at a time: the next one when the last has ended, on whichever member. A refused request is
 * tried again some times; one whose outcome is unknown is not, unless it has a key.
 */
final class Clients {
    private static final long MILLI = 1_000_000;
    private static final int TRIES = 4;
    private static final long SECOND = 1000 * MILLI;

    private final NodeWorld world;
    private final List<Client> clients = new ArrayList<>();
    private final List<Attempt> underWay = new ArrayList<>();
    private final List<Fault> active = new ArrayList<>();
    private final Application application;
    private final ReadPromises promises;
    private final List<Operation> unknown = new ArrayList<>();
    private boolean isStopped;
    private long countedSecond = -1;
    private long countedNanos;

    Clients(NodeWorld world, Application application) {
        this.world = world;
        this.application = application;
        this.promises = new ReadPromises(world);
        for (int number = 0; number < world.script.clients(); number++) {
            clients.add(new Client(number));
        }
        for (Operation operation : world.script.workload()) {
            clients.get(operation.client()).waiting.add(operation);
        }
    }

    void start() {
        clients.forEach(Client::next);
    }

    void begin(Fault fault) {
        active.add(fault);
        if (fault.kind() == FaultKind.BURST) {
            world.ledger.fired(FaultKind.BURST);
            clients.forEach(client -> client.burst((int) fault.strength()));
        }
    }

    void end(Fault fault) {
        active.remove(fault);
    }

    private @Nullable Fault active(FaultKind kind) {
        return active.stream().filter(fault -> fault.kind() == kind).findFirst().orElse(null);
    }

    /** A process is gone: who waits for it will not know. */
    void ended(MemberLife life) {
        for (Attempt attempt : List.copyOf(underWay)) {
            if (attempt.life == life) {
                attempt.unknown();
            }
        }
    }

    /** Clients send nothing new any more, but what is tried again. */
    void stop() {
        isStopped = true;
        clients.forEach(client -> client.waiting.clear());
    }

    boolean areDone() {
        return underWay.isEmpty() && clients.stream().allMatch(client -> client.waiting.isEmpty() && !client.isBusy);
    }

    /** One more write, to see that one succeeds. */
    void probe(Operation operation) {
        Client client = clients.get(0);
        client.waiting.add(operation);
        client.next();
    }

    /** The part of the time, by seconds, in which at least one request was answered. */
    long countedNanos() {
        return countedNanos;
    }

    /** Of which nobody knows whether they happened. */
    List<Operation> unknown() {
        return unknown;
    }

    private void count() {
        world.ledger.operationDone();
        long second = world.queue.now() / SECOND;
        if (second > countedSecond) {
            countedSecond = second;
            countedNanos += SECOND;
        }
    }

    private final class Client {
        private final int number;
        private final KeyedRandom.Stream lots;
        private final ArrayDeque<Operation> waiting = new ArrayDeque<>();
        private boolean isBusy;
        private int told = -1;

        Client(int number) {
            this.number = number;
            lots = world.script.random().stream(Purpose.CLIENT, number);
        }

        void next() {
            Operation operation = waiting.peek();
            if (operation == null || isBusy) {
                return;
            }
            waiting.remove();
            isBusy = true;
            world.queue.at(operation.atNanos(), () -> send(operation, keyed(operation), TRIES, true));
        }

        /** Sends so many more at once. */
        void burst(int count) {
            for (int sent = 0; sent < count && !waiting.isEmpty(); sent++) {
                Operation operation = waiting.remove();
                send(operation, keyed(operation), TRIES, false);
            }
        }

        private @Nullable KeyedWrite keyed(Operation operation) {
            KeyedRandom.Stream keys = world.script.random().stream(Purpose.KEYS, operation.number());
            boolean isKeyed = operation.isWrite() && !isStopped && keys.hits(400);
            return isKeyed ? new KeyedWrite(operation, world.queue.now(), keys) : null;
        }

        private void send(Operation operation, @Nullable KeyedWrite keyed, int triesLeft, boolean inTurn) {
            SimMember member = world.members.get(whom());
            world.hash.event(EventKind.ASKED.code());
            world.hash.mix(world.queue.now());
            world.hash.mix(operation.number());
            if (world.listener.isListening()) {
                world.listener.happened(new Happening.Asked(world.queue.now(), number, operation, member.number));
            }
            Attempt attempt = new Attempt(this, operation, keyed, member.life(), triesLeft, inTurn);
            attempt.begin();
        }

        /** Mostly the member that was called leader when it was refused last, else any. */
        private int whom() {
            int any = lots.below(world.members.size());
            int whom = told >= 0 && lots.hits(700) ? told : any;
            told = -1;
            return whom;
        }

        void ended(boolean inTurn) {
            if (inTurn) {
                isBusy = false;
                next();
            }
        }
    }

    /** One request on its way. */
    private final class Attempt {
        private final Client client;
        private final Operation operation;
        private final @Nullable KeyedWrite keyed;
        private final @Nullable MemberLife life;
        private final int triesLeft;
        private final boolean inTurn;
        private final long began;
        private final int number;
        private final boolean atLeader;
        private final boolean isApplied;
        private boolean hasOtherBytes;
        private boolean hasEnded;

        Attempt(
                Client client,
                Operation operation,
                @Nullable KeyedWrite keyed,
                @Nullable MemberLife life,
                int triesLeft,
                boolean inTurn) {
            this.client = client;
            this.operation = operation;
            this.keyed = keyed;
            this.life = life;
            this.triesLeft = triesLeft;
            this.inTurn = inTurn;
            number = 1 + TRIES - triesLeft;
            began = keyed == null ? world.queue.now() : keyed.began;
            isApplied = world.applied.holds(operation.number());
            if (keyed == null) {
                application.called(operation, number, began);
            } else if (keyed.begin()) {
                application.called(operation, 1, began);
            }
            atLeader = life != null && life.handle.leadership().isLeader();
        }

        void begin() {
            underWay.add(this);
            if (life == null) {
                refused("nobody listens");
                return;
            }
            Fault impatience = active(FaultKind.CLIENT_GIVES_UP);
            if (impatience != null) {
                world.queue.after(impatience.strength() * MILLI, () -> giveUp());
            }
            switch (operation.kind()) {
                case READ, STALE_READ -> read(life, promises.consistency(operation));
                default -> write(life);
            }
        }

        private void giveUp() {
            if (!hasEnded) {
                world.ledger.fired(FaultKind.CLIENT_GIVES_UP);
                unknown();
            }
        }

        private void write(MemberLife asked) {
            var unused = (keyed == null
                            ? asked.handle.propose(application.command(operation, number))
                            : asked.handle.propose(command(keyed), keyed.key))
                    .whenComplete(this::written);
        }

        private ByteBuffer command(KeyedWrite write) {
            ByteBuffer command = write.command(application);
            hasOtherBytes = write.hasOtherBytes();
            return command;
        }

        private void written(@Nullable Outcome<Reply> outcome, @Nullable Throwable failure) {
            if (outcome instanceof Applied<Reply> applied) {
                mark(Mark.FORWARDED_WRITE_APPLIED);
                promises.acknowledged(applied.index());
                told(applied);
                done(keyed == null ? applied.result() : toldOnce(keyed, applied));
            } else if (outcome instanceof Refused<Reply> refused) {
                refused(refused);
            } else if (failure != null) {
                refused("the member has stopped");
            } else {
                mark(Mark.FORWARDED_WRITE_UNKNOWN);
                unknown(((Unknown<Reply>) Objects.requireNonNull(outcome)).reason());
            }
        }

        /** By the member that was asked, of its own state. */
        private void told(Applied<Reply> applied) {
            MemberLife asked = life;
            if (asked != null && asked.member.life() == asked) {
                world.judge.check(() -> world.stateFaults.served(asked.member, applied.index()));
            }
        }

        private Reply toldOnce(KeyedWrite write, Applied<Reply> applied) {
            if (isApplied) {
                world.ledger.hit(Mark.RETRY_ANSWERED);
            }
            return world.judge.checked(() -> {
                write.judgeDone(hasOtherBytes);
                return world.applied.told(operation.number(), applied.index(), applied.result());
            });
        }

        private void unknown(Unknown.Reason reason) {
            if (reason == Unknown.Reason.KEY_FORGOTTEN) {
                world.ledger.hit(Mark.KEY_FORGOTTEN);
                unknown(false);
            } else if (reason == Unknown.Reason.ANSWER_NOT_KEPT) {
                world.ledger.hit(Mark.ANSWER_NOT_KEPT);
                world.judge.check(() -> NodeRule.RETRY_GETS_FIRST_ANSWER.require(
                        world.applied.holds(operation.number()),
                        () -> "a client was told that " + operation + " was applied, and it was not"));
                unknown(false);
            } else {
                unknown();
            }
        }

        /** What a member that does not lead did for its client. */
        private void mark(Mark mark) {
            if (!atLeader) {
                world.ledger.hit(mark);
            }
        }

        private void read(MemberLife asked, Consistency consistency) {
            CheckedStore store = asked.store;
            long markedBefore = asked.member.model().markIndex();
            long floor = promises.floor(consistency, asked.member);
            var unused = asked.handle
                    .read(consistency, () -> world.judge.checked(() -> store.read(operation)))
                    .whenComplete((outcome, failure) -> {
                        if (outcome instanceof Served<Reply> served) {
                            asked.member.served(served.appliedIndex(), markedBefore);
                            world.judge.check(
                                    () -> promises.served(consistency, asked.member, served.appliedIndex(), floor));
                        } else if (outcome instanceof Refused<?> refused && refused.reason() == Refused.Reason.STALE) {
                            promises.refused(consistency);
                        }
                        served(outcome);
                    });
        }

        private void served(@Nullable ReadOutcome<Reply> outcome) {
            if (outcome instanceof Served<Reply> served) {
                if (operation.kind() == Operation.Kind.READ) {
                    mark(Mark.READ_ON_FOLLOWER);
                }
                done(served.value());
            } else if (outcome instanceof Refused<?> refused) {
                refused(refused);
            } else {
                refused("the member has stopped");
            }
        }

        private void done(Reply reply) {
            if (end("done " + reply)) {
                world.hash.mix(reply.digest());
                KeyedWrite write = keyed;
                if (write == null || !write.isTold()) {
                    application.done(operation, began, world.queue.now(), reply);
                    count();
                }
                if (write != null && write.told()) {
                    world.queue.after(write.waitNanos(), () -> client.send(operation, write, 0, inTurn));
                } else {
                    client.ended(inTurn);
                }
            }
        }

        private void refused(Refused<?> refused) {
            if (refused.reason() == Refused.Reason.NO_SPACE) {
                world.ledger.hit(Mark.NO_SPACE_REFUSED);
            } else if (refused.reason() == Refused.Reason.RESTORING) {
                world.ledger.hit(Mark.RESTORING_REFUSED);
            } else if (refused.reason() == Refused.Reason.OVERWRITTEN) {
                world.ledger.hit(Mark.PROPOSAL_OVERWRITTEN);
            } else if (refused.reason() == Refused.Reason.KEY_AHEAD) {
                world.ledger.hit(Mark.KEY_AHEAD);
            } else if (refused.reason() == Refused.Reason.KEY_REUSED) {
                world.ledger.hit(Mark.KEY_REUSED);
                world.judge.check(() -> Objects.requireNonNull(keyed).judgeReused(hasOtherBytes));
            } else if (refused.reason() == Refused.Reason.STATE_DIFFERS) {
                world.judge.check(() -> world.stateFaults.refused(Objects.requireNonNull(life)));
            }
            Member leader = refused.leader();
            client.told = leader == null ? -1 : (int) leader.id() - 1;
            refused(refused.reason().name());
        }

        private void refused(String why) {
            if (!end("refused: " + why)) {
                return;
            }
            if (keyed == null) {
                application.attemptRefused(operation, world.queue.now());
            }
            if (triesLeft == 0) {
                endRefused();
                client.ended(inTurn);
            } else if (active(FaultKind.CLIENT_RETRY) != null) {
                world.ledger.fired(FaultKind.CLIENT_RETRY);
                world.queue.after(MILLI, () -> client.send(operation, keyed, triesLeft - 1, inTurn));
            } else {
                long wait = client.lots.between(5 * MILLI, 200 * MILLI);
                world.queue.after(wait, () -> client.send(operation, keyed, triesLeft - 1, inTurn));
            }
        }

        /** For good, unless an earlier attempt may have done it. */
        private void endRefused() {
            if (keyed == null) {
                application.refused(operation);
            } else if (keyed.isUnknown()) {
                endUnknown();
            } else if (!keyed.isTold()) {
                application.attemptRefused(operation, world.queue.now());
                application.refused(operation);
            }
        }

        private void endUnknown() {
            if (keyed == null || !keyed.isTold()) {
                unknown.add(operation);
                application.unknown(operation, began);
            }
        }

        void unknown() {
            unknown(true);
        }

        /** @param mayAskAgain whether that can tell what became of it, where it has a key */
        private void unknown(boolean mayAskAgain) {
            if (!end("unknown")) {
                return;
            }
            KeyedWrite write = keyed;
            if (write != null && mayAskAgain && triesLeft > 0) {
                write.unknown();
                world.queue.after(write.waitNanos(), () -> client.send(operation, write, triesLeft - 1, inTurn));
            } else {
                endUnknown();
                client.ended(inTurn);
            }
        }

        private boolean end(String how) {
            if (hasEnded) {
                return false;
            }
            hasEnded = true;
            underWay.remove(this);
            world.hash.event(EventKind.ANSWERED.code());
            world.hash.mix(world.queue.now());
            world.hash.mix(operation.number());
            world.hash.mix(how.charAt(0));
            if (world.listener.isListening()) {
                world.listener.happened(new Happening.Answered(world.queue.now(), client.number, operation, how));
            }
            return true;
        }
    }
}
