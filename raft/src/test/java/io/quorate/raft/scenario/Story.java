package io.quorate.raft.scenario;

import io.quorate.raft.Fitness;
import io.quorate.raft.Raft;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.ChangeRefusal;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Runs the commands of one story, each a method here; {@code docs/scenarios.md} has the list for people. */
final class Story {
    /** Above this two members answer each other for ever. */
    private static final int ROUNDS_UNTIL_QUIET = 200;

    private final Map<String, Consumer<Command>> commands = new LinkedHashMap<>();
    private @Nullable World world;

    Story() {
        commands.put("cluster", this::cluster);
        commands.put("tick", this::tick);
        commands.put("deliver", this::deliver);
        commands.put("drop", this::drop);
        commands.put("delay", this::delay);
        commands.put("duplicate", this::duplicate);
        commands.put("partition", this::partition);
        commands.put("heal", command -> world().network.heal());
        commands.put("propose", this::propose);
        commands.put("read", this::read);
        commands.put("change", this::change);
        commands.put("transfer", this::transfer);
        commands.put("fitness", this::fitness);
        commands.put("campaign", command -> peer(command).feed(Raft::electionTimedOut));
        commands.put("heartbeat", command -> peer(command).feed(Raft::heartbeatDue));
        commands.put("hint", this::hint);
        commands.put("persist", this::persist);
        commands.put("apply", this::apply);
        commands.put("snapshot", this::snapshot);
        commands.put("compact", this::compact);
        commands.put("fetch", this::fetch);
        commands.put("crash", this::crash);
        commands.put("damage", this::damage);
        commands.put("restart", this::restart);
        commands.put("inject", this::inject);
        commands.put("status", this::status);
        commands.put("log", this::log);
    }

    /** Runs one line and gives back what it told; nothing when the line is in parentheses. */
    List<String> run(String line) {
        boolean silent = line.startsWith("(") && line.endsWith(")");
        Command command = Command.parse(silent ? line.substring(1, line.length() - 1) : line);
        Consumer<Command> action = commands.get(command.name());
        if (action == null) {
            throw new IllegalArgumentException(
                    "unknown command " + command.name() + "; there are " + String.join(", ", commands.keySet()));
        }
        action.accept(command);
        command.options().requireAllUsed();
        List<String> told = world().takeTold();
        return silent ? List.of() : told;
    }

    private World world() {
        if (world == null) {
            throw new IllegalArgumentException("a story begins with cluster");
        }
        return world;
    }

    private Peer peer(Command command) {
        return world().peer(command.word(0, "a member"));
    }

    private void cluster(Command command) {
        World made = new ClusterSpec(command.words(), command.options()).build();
        world = made;
        made.peers().forEach(Peer::start);
        made.peers().forEach(Story::waitForPromise);
        String leader = command.options().text("leader", "");
        if (!leader.isEmpty()) {
            made.peer(leader).feed(Raft::electionTimedOut);
            untilQuiet(flight -> true);
            made.peer(leader).feed(Raft::heartbeatDue);
            untilQuiet(flight -> true);
            if (made.peer(leader).raft().leader() != made.peer(leader).id) {
                throw new IllegalArgumentException(leader + " was not elected");
            }
        }
        made.takeTold();
    }

    /** Each life begins with a promise to a leader that a former one may have heard: a story begins when that is over. */
    private static void waitForPromise(Peer peer) {
        int ticks = peer.raft().membership().lease().ticks();
        if (ticks > 0) {
            peer.feed(core -> core.advance(ticks));
        }
    }

    // ---- time and messages

    /** {@code tick 100}, {@code tick n2 100}, {@code tick n2 due}: until the next thing happens there by itself. */
    private void tick(Command command) {
        boolean some = command.words().size() > 1;
        String ticks = command.word(some ? command.words().size() - 1 : 0, "ticks");
        for (Peer peer : List.copyOf(world().peers())) {
            boolean meant = !some || command.words().contains(peer.name);
            if (meant && peer.isUp()) {
                long count = ticks.equals("due") ? peer.raft().ticksUntilDue() : Long.parseLong(ticks);
                peer.feed(core -> core.advance(count));
            }
        }
    }

    private void deliver(Command command) {
        List<String> words = new ArrayList<>(command.words());
        boolean wasDelayed = words.remove("delayed");
        if (words.remove("until-quiet")) {
            untilQuiet(Selection.of(words)::matches);
        } else {
            List<Flight> from = wasDelayed ? world().network.delayed : world().network.underWay;
            Selection.of(words).take(from).forEach(world()::deliver);
        }
    }

    private void untilQuiet(Predicate<Flight> meant) {
        for (int round = 0; round < ROUNDS_UNTIL_QUIET; round++) {
            List<Flight> flights =
                    world().network.underWay.stream().filter(meant).toList();
            if (flights.isEmpty()) {
                return;
            }
            world().network.underWay.removeAll(flights);
            flights.forEach(world()::deliver);
        }
        throw new AssertionError("not quiet after " + ROUNDS_UNTIL_QUIET + " rounds");
    }

    private void drop(Command command) {
        List<Flight> lost = Selection.of(command.words()).take(world().network.underWay);
        lost.forEach(flight -> world().tell(world().words(flight, "⇥")));
    }

    private void delay(Command command) {
        world().network.delayed.addAll(Selection.of(command.words()).take(world().network.underWay));
    }

    private void duplicate(Command command) {
        List<Flight> again = Selection.of(command.words()).matching(world().network.underWay);
        again.forEach(flight -> world().network.underWay.add(new Flight(flight.message(), flight.entries())));
    }

    /** {@code partition n1 | n2 n3}, or one way: {@code partition n1 → n2}. */
    private void partition(Command command) {
        List<String> words = command.words();
        if (words.size() == 3 && words.get(1).equals("→")) {
            world().network.cut(world().peer(words.get(0)).id, world().peer(words.get(2)).id);
        } else {
            cutSides(words);
        }
        world().network.loseCut().forEach(flight -> world().tell(world().words(flight, "⇥")));
    }

    private void cutSides(List<String> words) {
        Map<String, Integer> sides = new LinkedHashMap<>();
        int side = 0;
        for (String word : words) {
            if (word.equals("|")) {
                side++;
            } else {
                sides.put(world().peer(word).name, side);
            }
        }
        if (side == 0) {
            throw new IllegalArgumentException("partition wants sides: n1 | n2 n3, or one way: n1 → n2");
        }
        sides.forEach((a, sideOfA) -> sides.forEach((b, sideOfB) -> {
            if (!sideOfA.equals(sideOfB)) {
                world().network.cut(ClusterSpec.id(a), ClusterSpec.id(b));
            }
        }));
    }

    /** A message made by hand, delivered at once. */
    private void inject(Command command) {
        if (!command.word(1, "n1 → n2 Type field=value").equals("→")) {
            throw new IllegalArgumentException("inject wants n1 → n2 Type field=value");
        }
        long from = ClusterSpec.id(command.word(0, "a sender"));
        long to = ClusterSpec.id(command.word(2, "a receiver"));
        world().deliver(Forge.byHand(from, to, command.word(3, "a message type"), command.options()));
    }

    // ---- requests, hints

    /** {@code propose n1 "a" "b"}: in one turn; {@code propose n1 "a" in-turn}: the next command continues that turn. */
    private void propose(Command command) {
        command.word(1, "a command in quotes");
        List<String> payloads =
                new ArrayList<>(command.words().subList(1, command.words().size()));
        boolean turnGoesOn = payloads.remove("in-turn");
        peer(command).propose(payloads, turnGoesOn);
    }

    /** {@code read n1 r1}; {@code read n1 r1 lease}: only if it can be served now by a lease. */
    private void read(Command command) {
        String label = command.word(1, "a name for the read");
        world().checks.asks(peer(command), label);
        if (command.words().contains("lease")) {
            peer(command).readByLease(label);
        } else {
            peer(command).read(label);
        }
    }

    /**
     * {@code change n1 voters=n1,n2 learners=n3 joining=n4 unstarted=n4}: the members as they should be; {@code if=5}: made for
     * the membership of entry 5; {@code check}: only asked.
     */
    private void change(Command command) {
        Peer peer = peer(command);
        Membership target = ClusterSpec.target(command.options(), peer.raft().membership());
        long index = command.options().number("if", peer.raft().membershipIndex());
        if (command.words().contains("check")) {
            ChangeRefusal refusal = peer.raft().refusalOfChange(index, target);
            world().tell(peer.name + " would " + (refusal == null ? "change it" : "refuse: " + refusal));
        } else {
            peer.change(index, target);
        }
    }

    /** {@code transfer n1 → n2}. */
    private void transfer(Command command) {
        long to = ClusterSpec.id(command.word(2, "n1 → n2"));
        peer(command).transfer(to);
    }

    /** {@code fitness n1 sick}, {@code fitness n1 faulty}, {@code fitness n1 fit}. */
    private void fitness(Command command) {
        Fitness fitness = Fitness.valueOf(command.word(1, "fit, sick or faulty").toUpperCase(Locale.ROOT));
        peer(command).feed(core -> core.fitness(fitness));
    }

    /** {@code hint n2 lost n1}, {@code hint n2 back n1}, {@code hint n2 majority}. */
    private void hint(Command command) {
        Peer peer = peer(command);
        String what = command.word(1, "lost, back or majority");
        switch (what) {
            case "lost" -> peer.feed(core -> core.peerLost(ClusterSpec.id(command.word(2, "whom"))));
            case "back" -> peer.feed(core -> core.peerBack(ClusterSpec.id(command.word(2, "whom"))));
            case "majority" -> peer.feed(Raft::majorityWithoutLeader);
            default -> throw new IllegalArgumentException("a hint is lost, back or majority, not " + what);
        }
    }

    // ---- disks, state machines, crashes

    /** {@code persist hold n1}, {@code persist n1}: the oldest write arrives, {@code persist release n1}: all, from now on. */
    private void persist(Command command) {
        for (String word : command.words()) {
            if (!word.equals("hold") && !word.equals("release")) {
                persist(world().peer(word), command.words().get(0));
            }
        }
    }

    private static void persist(Peer peer, String how) {
        if (how.equals("hold")) {
            peer.holdsDisk = true;
            return;
        }
        boolean all = how.equals("release");
        while (all && !peer.disk.isIdle()) {
            peer.completeWrite();
        }
        if (all) {
            peer.holdsDisk = false;
        } else {
            peer.completeWrite();
        }
    }

    private void apply(Command command) {
        Peer peer = world().peer(command.word(1, "hold or release, and a member"));
        peer.holdsApply = command.word(0, "hold or release").equals("hold");
        peer.settle();
    }

    /**
     * {@code snapshot n1}: of what is applied, or {@code at=2}: as one taken when no more was; {@code snapshot begin n1} takes what
     * is applied now, {@code snapshot end n1} finishes the file.
     */
    private void snapshot(Command command) {
        boolean begins = command.words().contains("begin");
        boolean ends = command.words().contains("end");
        Peer peer = world().peer(command.word(begins || ends ? 1 : 0, "a member"));
        if (!ends) {
            peer.beginSnapshot(command.options().number("at", peer.raft().lastApplied()));
        }
        if (!begins) {
            peer.endSnapshot();
        }
    }

    /** {@code compact n1 before=5} */
    private void compact(Command command) {
        peer(command).removeBefore(command.options().number("before", 0));
    }

    /**
     * {@code fetch n1 → n3}: the newest snapshot of n1, whole, at once; {@code at=5}: that one; {@code mark=5@2 term=3}: one made
     * by hand. {@code fetch hold n1 → n3}: it has left n1; {@code fetch release}: what has left arrives.
     */
    private void fetch(Command command) {
        List<String> words = new ArrayList<>(command.words());
        boolean holds = words.remove("hold");
        if (!words.remove("release")) {
            world().fetches.add(fetched(words, command.options()));
        }
        if (!holds) {
            List<Fetched> arrived = List.copyOf(world().fetches);
            world().fetches.clear();
            arrived.forEach(world()::arrive);
        }
    }

    private Fetched fetched(List<String> words, Options options) {
        if (words.size() != 3 || !words.get(1).equals("→")) {
            throw new IllegalArgumentException("fetch wants n1 → n3");
        }
        Peer from = world().peer(words.get(0));
        Peer to = world().peer(words.get(2));
        long term = options.number("term", from.raft().currentTerm());
        long[] mark = options.position("mark");
        if (mark[0] != 0) {
            Snapshot byHand =
                    new Snapshot(new SnapshotMark(mark[0], mark[1], from.raft().membership()), Map.of());
            return new Fetched(from, to, byHand, term);
        }
        long index = options.number("at", from.disk.newestSnapshot().mark().index());
        return new Fetched(from, to, from.disk.snapshot(index), term);
    }

    /** {@code crash n1 arrived=1}: the oldest write was on the disk, though the core was not told. */
    private void crash(Command command) {
        int arrived = (int) command.options().number("arrived", 0);
        command.words().forEach(name -> world().peer(name).crash(arrived));
    }

    /** {@code damage n1 from=3}: of a member that is down; its next start finds the log before that entry. */
    private void damage(Command command) {
        long from = command.options().number("from", 0);
        command.words().forEach(name -> world().peer(name).damage(from));
    }

    private void restart(Command command) {
        command.words().forEach(name -> world().peer(name).start());
    }

    // ---- looking

    private void status(Command command) {
        boolean full = command.words().contains("full");
        List<Peer> meant = new ArrayList<>();
        for (Peer peer : world().peers()) {
            if (command.words().contains(peer.name) || command.words().size() == (full ? 1 : 0)) {
                meant.add(peer);
            }
        }
        (full ? StatusWords.full(meant) : StatusWords.brief(meant)).forEach(world()::tell);
    }

    private void log(Command command) {
        List<String> names = command.words();
        for (Peer peer : world().peers()) {
            if (names.isEmpty() || names.contains(peer.name)) {
                world().tell(StatusWords.log(peer));
            }
        }
    }
}
