package io.quorate.sim.node;

import io.quorate.node.Applied;
import io.quorate.node.Consistency;
import io.quorate.node.Outcome;
import io.quorate.node.ReadOutcome;
import io.quorate.node.Refused;
import io.quorate.node.Served;
import io.quorate.raft.membership.Member;
import io.quorate.sim.core.Fault;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.Happening;
import io.quorate.sim.core.KeyedRandom;
import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.Mark;
import io.quorate.sim.core.Operation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Clients, each with one request at a time: the next one when the last has ended, on whichever member. A refused request is
 * tried again some times; one whose outcome is unknown is not.
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
            world.queue.at(operation.atNanos(), () -> send(operation, TRIES, true));
        }

        /** Sends so many more at once. */
        void burst(int count) {
            for (int sent = 0; sent < count && !waiting.isEmpty(); sent++) {
                send(waiting.remove(), TRIES, false);
            }
        }

        private void send(Operation operation, int triesLeft, boolean inTurn) {
            SimMember member = world.members.get(whom());
            world.hash.event(EventKind.ASKED.code());
            world.hash.mix(world.queue.now());
            world.hash.mix(operation.number());
            if (world.listener.isListening()) {
                world.listener.happened(new Happening.Asked(world.queue.now(), number, operation, member.number));
            }
            Attempt attempt = new Attempt(this, operation, member.life(), triesLeft, inTurn);
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
        private final @Nullable MemberLife life;
        private final int triesLeft;
        private final boolean inTurn;
        private final long began = world.queue.now();
        private final int number;
        private final boolean atLeader;
        private boolean hasEnded;

        Attempt(Client client, Operation operation, @Nullable MemberLife life, int triesLeft, boolean inTurn) {
            this.client = client;
            this.operation = operation;
            this.life = life;
            this.triesLeft = triesLeft;
            this.inTurn = inTurn;
            number = 1 + TRIES - triesLeft;
            application.called(operation, number, began);
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
            var unused =
                    asked.handle.propose(application.command(operation, number)).whenComplete(this::written);
        }

        private void written(@Nullable Outcome<Reply> outcome, @Nullable Throwable failure) {
            if (outcome instanceof Applied<Reply> applied) {
                mark(Mark.FORWARDED_WRITE_APPLIED);
                promises.acknowledged(applied.index());
                done(applied.result());
            } else if (outcome instanceof Refused<Reply> refused) {
                refused(refused);
            } else if (failure != null) {
                refused("the member has stopped");
            } else {
                mark(Mark.FORWARDED_WRITE_UNKNOWN);
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
                application.done(operation, began, world.queue.now(), reply);
                count();
                client.ended(inTurn);
            }
        }

        private void refused(Refused<?> refused) {
            if (refused.reason() == Refused.Reason.NO_SPACE) {
                world.ledger.hit(Mark.NO_SPACE_REFUSED);
            } else if (refused.reason() == Refused.Reason.RESTORING) {
                world.ledger.hit(Mark.RESTORING_REFUSED);
            } else if (refused.reason() == Refused.Reason.OVERWRITTEN) {
                world.ledger.hit(Mark.PROPOSAL_OVERWRITTEN);
            }
            Member leader = refused.leader();
            client.told = leader == null ? -1 : (int) leader.id() - 1;
            refused(refused.reason().name());
        }

        private void refused(String why) {
            if (!end("refused: " + why)) {
                return;
            }
            application.attemptRefused(operation, world.queue.now());
            if (triesLeft == 0) {
                application.refused(operation);
                client.ended(inTurn);
            } else if (active(FaultKind.CLIENT_RETRY) != null) {
                world.ledger.fired(FaultKind.CLIENT_RETRY);
                world.queue.after(MILLI, () -> client.send(operation, triesLeft - 1, inTurn));
            } else {
                long wait = client.lots.between(5 * MILLI, 200 * MILLI);
                world.queue.after(wait, () -> client.send(operation, triesLeft - 1, inTurn));
            }
        }

        void unknown() {
            if (end("unknown")) {
                unknown.add(operation);
                application.unknown(operation, began);
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
