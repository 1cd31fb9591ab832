package io.quorate.sim.node;

import io.quorate.node.RaftException;
import io.quorate.node.port.Versions;
import io.quorate.raft.Message;
import io.quorate.raft.RaftEvent;
import io.quorate.raft.RestartImage;
import io.quorate.raft.VoteRefusal;
import io.quorate.raft.membership.Member;
import io.quorate.sim.core.Fault;
import io.quorate.sim.core.Happening;
import io.quorate.sim.core.KeyedRandom;
import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.KeyedRandom.Stream;
import io.quorate.sim.core.Mark;
import io.quorate.sim.core.Unseen;
import io.quorate.sim.core.Violation;
import io.quorate.storage.DiskFullException;
import io.quorate.storage.MemoryDisk.Loss;
import io.quorate.storage.NewerFormatException;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One member of the cluster: its disk and clock, which outlive its processes, and the process that runs now, if any. */
final class SimMember {
    private static final long MILLI = 1_000_000;

    /** What its directory is: what it was last given, or not what its peers know. */
    enum Directory {
        OWN,
        EMPTIED,
        OLD
    }

    final int number;
    final Member member;
    final SimDisk disk;
    final SimClock clock;
    /** For what no fault is to blame. */
    final Stream lots;

    private final NodeWorld world;
    private LogModel model = new LogModel();
    /** What its own directory held when an old image took its place, as long as every peer knows of it. */
    private @Nullable LogModel replaced;
    /** By term: whom it voted for on an old image, and told so. */
    private final TreeMap<Long, Long> oldVotes = new TreeMap<>();

    private Directory directory = Directory.OWN;
    private @Nullable MemberLife life;
    private @Nullable String refusal;
    private int lives;
    private Versions versions = Versions.CURRENT;
    private long startCounter;
    private long knownStarts;
    private long downUntil;

    /** What was on the disk before a start that did not get to its end: it may have written over what was damaged. */
    private @Nullable WrittenBytes beforeFailedStart;

    private boolean paused;
    private boolean knownWhenEmptied;

    /** Of the first set it is from the beginning; a spare when it is to join. */
    private boolean isWanted;

    SimMember(NodeWorld world, int number, Member member) {
        this.world = world;
        this.number = number;
        this.member = member;
        KeyedRandom random = world.script.random();
        disk = new SimDisk(number, random, world.draws, world.queue, world.hash, world.ledger);
        clock = new SimClock(world.queue);
        lots = random.stream(Purpose.CRASH, number);
        isWanted = number < world.script.members();
    }

    /** Whether it was not among the first, so that it joins a cluster that exists. */
    boolean joins() {
        return number >= world.script.members();
    }

    /** It is to join: from now on its process runs. */
    void join() {
        isWanted = true;
        startIfDue();
    }

    /** Of the member with that id. */
    static int number(long id) {
        return (int) id - 1;
    }

    // ---- questions

    boolean isUp() {
        return life != null;
    }

    /** Whether it has named a reason for which it must not run; it stays down. */
    boolean isOut() {
        return refusal != null;
    }

    @Nullable
    String refusal() {
        return refusal;
    }

    @Nullable
    MemberLife life() {
        return life;
    }

    MemberLife running() {
        if (life == null) {
            throw new IllegalStateException(member.name() + " does not run");
        }
        return life;
    }

    LogModel model() {
        return model;
    }

    Directory directory() {
        return directory;
    }

    int lives() {
        return lives;
    }

    boolean hasHadNewerBuild() {
        return world.builds.wasNewer(this);
    }

    /** What the build speaks that its life is of, or its last one was. */
    Versions versions() {
        return versions;
    }

    long startCounter() {
        return startCounter;
    }

    /** How often it had started when its directory was still its own. */
    long knownStarts() {
        return knownStarts;
    }

    boolean isPaused() {
        return paused;
    }

    boolean mayStart() {
        return isWanted && life == null && refusal == null && world.queue.now() >= downUntil;
    }

    // ---- starting

    void start() {
        if (!world.images.maySelfStart(this)) {
            refusal = "kept down: a peer that has started since would not know its image for an old one";
            return;
        }
        lives++;
        versions = world.builds.next(this);
        WrittenBytes before = beforeStart();
        try {
            disk.takeSpent();
            boolean powerGoes = world.faults.armForStart(this);
            MemberLife started = startLife();
            beforeFailedStart = null;
            life = started;
            if (powerGoes) {
                world.faults.loseSoon(this);
            }
            startCounter = started.identity().startCounter();
            knownStarts = directory == Directory.OWN ? startCounter : knownStarts;
            world.judge.check(() -> judgeStart(before, started.recovered()));
            world.hash.event(EventKind.STARTED.code());
            world.hash.mix(world.queue.now());
            world.hash.mix(number);
            world.queue.after(disk.takeSpent(), started::begin);
            world.images.started(this);
        } catch (PowerLoss e) {
            beforeFailedStart = before;
            world.faults.loseArmedPower(this);
        } catch (IOException e) {
            beforeFailedStart = before;
            failedStart(before.condition(), e);
        }
    }

    /** The worse of what is there now, and what was there before a start that may have mended it. */
    private WrittenBytes beforeStart() {
        WrittenBytes now = disk.written().copy();
        WrittenBytes earlier = beforeFailedStart;
        return earlier == null || now.condition() != WrittenBytes.Condition.WHOLE ? now : earlier;
    }

    /** Bytes that do not hold are refused by name; to stumble over them is a defect. */
    private MemberLife startLife() throws IOException {
        try {
            return new MemberLife(world, this);
        } catch (PowerLoss | Violation e) {
            throw e;
        } catch (RuntimeException e) {
            throw NodeRule.MEMBER_GOES_ON.broken(member.name() + " stumbled in its start: " + e);
        }
    }

    private void failedStart(WrittenBytes.Condition condition, IOException e) {
        boolean mayTryAgain = disk.hasErred() || e instanceof DiskFullException;
        Stream own = ownNumbers(e);
        end(true, Loss.NOTHING, own, "it could not start: " + e.getMessage());
        if (e instanceof NewerFormatException && hasOldBuild()) {
            world.builds.refused(this);
            startAgainSoon(restartNanos(own));
            return;
        }
        if (mayTryAgain) {
            startAgainSoon(restartNanos(own));
            return;
        }
        refusal = String.valueOf(e.getMessage());
        world.judge.check(() -> NodeRule.NO_FALSE_ALARM.require(
                condition != WrittenBytes.Condition.WHOLE, () -> member.name() + " refused to start: " + refusal));
        world.ledger.hit(Mark.DAMAGE_REFUSED);
    }

    /** Whether somebody's log tells a cluster version that its build does not know. */
    private boolean hasOldBuild() {
        return !versions.speak(world.memberships.highestVersion());
    }

    private void judgeStart(WrittenBytes before, @Nullable RestartImage image) {
        if (!disk.flushes()) {
            model.replaced(image); // others must notice
            return;
        }
        WrittenBytes.Condition condition = before.condition();
        LogModel told = model.copy();
        boolean wasProven = condition == WrittenBytes.Condition.PROVEN;
        if (wasProven && !told.copy().recovered(image)) {
            boolean isMarked = told.isMarkedIn(image);
            Fault atTheEnd = before.unproven();
            NodeRule.DAMAGE_IS_NAMED.require(
                    isMarked || (atTheEnd != null && image != null && image.lostThrough() != 0),
                    () -> member.name() + " started on a damaged directory with " + image + ", not " + told + ": "
                            + before);
            world.ledger.hit(Mark.DAMAGE_CUT);
            model.replaced(image);
            if (!isMarked) {
                // Of two damages only the earlier one shows: how far the log reached, or whom it voted for, nobody can
                // know.
                world.judge.unseen(Damage.between(unseen(Objects.requireNonNull(atTheEnd)), told, model));
            }
            disk.written().forgive();
            return;
        }
        if (wasProven) {
            world.ledger.hit(Mark.DAMAGE_COVERED);
        }
        if (image != null && image.mark().index() > 0) {
            world.ledger.hit(Mark.STARTED_FROM_SNAPSHOT);
        }
        if (image == null && world.members.size() > 1) {
            world.ledger.hit(Mark.FIRST_START_WAITED);
        }
        if (disk.isTorn()) {
            world.ledger.hit(Mark.TORN_TAIL_DROPPED);
        }
        if (model.recovered(image)) {
            if (model.writesLost() > 0) {
                world.ledger.hit(Mark.CRASH_LOST_WRITES);
            }
            if (model.writesKept() > 0) {
                world.ledger.hit(Mark.CRASH_KEPT_UNTOLD_WRITE);
            }
        } else if (condition == WrittenBytes.Condition.DEBATABLE) {
            model.replaced(image);
            world.judge.unseen(Damage.between(unseen(Objects.requireNonNull(before.damage())), told, model));
        } else {
            boolean isMarked = image != null && image.lostThrough() != 0;
            NodeRule.NO_FALSE_ALARM.require(
                    !isMarked || told.isDamaged(), () -> member.name() + " was repaired to " + image + ", not " + told);
            long term = image == null ? 0 : image.hardState().currentTerm();
            NodeRule.TERM_NEVER_FALLS.require(
                    term >= told.hardState().currentTerm(), () -> member.name() + " found " + image + ", not " + told);
            throw NodeRule.RECOVERED_IS_DURABLE.broken(member.name() + " found " + image + ", not " + told);
        }
        disk.written().forgive();
    }

    private static Unseen unseen(Fault damage) {
        return switch (damage.kind()) {
            case LOST_WRITE -> Unseen.LOST_LAST_WRITE;
            case MISDIRECTED_WRITE -> Unseen.MISDIRECTED_LAST_WRITE;
            default -> Unseen.ROT_IN_LAST_BATCH;
        };
    }

    /** Numbers of the fault for which its process ended, or could not start; where none is to blame, of the member. */
    private Stream ownNumbers(Throwable failure) {
        Fault fault = disk.culprit(failure);
        return fault == null ? lots : world.draws.of(fault);
    }

    /** How long somebody takes to start a process again. */
    static long restartNanos(Stream lots) {
        return lots.between(50 * MILLI, 800 * MILLI);
    }

    void startAgainSoon(long nanos) {
        downUntil = Math.max(downUntil, world.queue.now() + nanos);
        world.queue.at(downUntil, this::startIfDue);
    }

    void startIfDue() {
        if (mayStart()) {
            start();
        }
    }

    void stayDownUntil(long nanos) {
        downUntil = nanos == 0 ? 0 : Math.max(downUntil, nanos);
    }

    void callOffErrors() {
        disk.callOffErrors();
    }

    // ---- ending

    /** kill -9: what was written is in the system's hands; connections are closed. */
    void kill() {
        end(true, Loss.NOTHING, lots, "killed");
    }

    /** @param numbers what says which of the unflushed is lost */
    void powerLoss(Loss loss, Stream numbers) {
        powerLoss(loss, numbers, PowerCut.LOST_POWER);
    }

    /**
     * Of a member that does not run, what its last process left in memory is lost, or what its start wrote.
     *
     * @param why what a story says of it
     */
    void powerLoss(Loss loss, Stream numbers, String why) {
        end(false, loss, numbers, why);
    }

    private void end(boolean told, Loss loss, Stream numbers, String why) {
        if (paused) {
            resume();
        }
        MemberLife ending = life;
        life = null;
        if (ending != null) {
            ending.end(told);
        }
        disk.judgeLies(world.script.profile().isBounded());
        disk.end(loss, numbers);
        world.hash.event(EventKind.ENDED.code());
        world.hash.mix(world.queue.now());
        world.hash.mix(number);
        if (world.listener.isListening()) {
            world.listener.happened(new Happening.Ended(world.queue.now(), number, why));
        }
        if (ending != null) {
            world.clients.ended(ending);
            world.countDown();
        }
    }

    /** The node has ended by itself, which ends its process. */
    void stopped(MemberLife stopping, RaftException failure) {
        if (life != stopping) {
            return;
        }
        WrittenBytes.Condition condition = disk.written().condition();
        boolean diskFailed = disk.hasErred();
        Stream own = ownNumbers(failure);
        end(true, Loss.NOTHING, own, "stopped: " + failure.getMessage());
        world.judge.check(() -> judgeStop(failure, diskFailed || condition != WrittenBytes.Condition.WHOLE));
        startAgainSoon(restartNanos(own));
    }

    private void judgeStop(RaftException failure, boolean diskExplains) {
        if (failure.code() == RaftException.Code.IDENTITY_REFUSED && hasOldBuild()) {
            world.builds.refused(this);
            return;
        }
        boolean explained =
                switch (failure.code()) {
                    case DISK_FAILED -> diskExplains;
                    case IDENTITY_REFUSED -> directory != Directory.OWN;
                    case REMOVED -> world.memberships.isRemoved(member.id());
                    default -> false;
                };
        NodeRule rule = failure.code() == RaftException.Code.REMOVED ? NodeRule.REMOVED_ENDS : NodeRule.MEMBER_GOES_ON;
        rule.require(explained, () -> member.name() + " stopped: " + failure);
        if (failure.code() == RaftException.Code.REMOVED) {
            refusal = failure.getMessage();
            world.ledger.hit(Mark.REMOVED_ENDED);
            return;
        }
        if (failure.code() == RaftException.Code.IDENTITY_REFUSED) {
            refusal = failure.getMessage();
            world.ledger.hit(directory == Directory.EMPTIED ? Mark.WIPED_REFUSED : Mark.OLD_IMAGE_REFUSED);
        } else {
            world.ledger.hit(Mark.ENDED_BY_DISK_ERROR);
        }
    }

    // ---- directories

    void wipe(boolean knownToPeers) {
        kill();
        disk.wipe();
        beforeFailedStart = null;
        model = new LogModel();
        directory = Directory.EMPTIED;
        knownWhenEmptied = knownToPeers;
        refusal = null;
    }

    /**
     * A directory at one moment, with what is known of it.
     *
     * @param beforeFailedStart what was there before a start that may have mended it, and failed
     */
    record Held(SimDisk.Image image, @Nullable WrittenBytes beforeFailedStart, LogModel model) {
        boolean isWhole() {
            return isWhole(image.written()) && (beforeFailedStart == null || isWhole(beforeFailedStart));
        }

        private static boolean isWhole(WrittenBytes written) {
            return written.condition() == WrittenBytes.Condition.WHOLE;
        }
    }

    Held held() {
        return new Held(disk.image(), beforeFailedStart, model.copy());
    }

    void restore(Held old) {
        kill();
        disk.restore(old.image);
        beforeFailedStart = old.beforeFailedStart;
        replaced = model;
        model = old.model;
        directory = Directory.OLD;
        refusal = null;
    }

    /** It runs on an image that not all its peers know for an old one. */
    void forgotten(Unseen kind) {
        LogModel told = replaced;
        if (told != null) {
            replaced = null;
            world.judge.unseen(Damage.between(kind, told, model));
        }
    }

    /** Whether it has an old image which all its peers would refuse. */
    boolean isKnownToBeOld() {
        return directory == Directory.OLD && replaced != null;
    }

    /**
     * Something was read from its state machine.
     *
     * @param markedBefore the newest durable mark when it was asked for
     */
    void served(long appliedIndex, long markedBefore) {
        world.judge.check(() -> NodeRule.NO_READ_BEFORE_RESTORED.require(
                appliedIndex >= markedBefore,
                () -> member.name() + " served a read at " + appliedIndex + ", and its log was marked at "
                        + markedBefore));
        world.judge.check(() -> world.stateFaults.served(this, appliedIndex));
    }

    /** A message of its process leaves. */
    void sent(Message message) {
        if (directory == Directory.OLD
                && message instanceof Message.VoteAnswer answer
                && answer.refusal() == VoteRefusal.NONE) {
            oldVotes.put(answer.term(), answer.to());
        }
    }

    /** Whether the vote that it gave on an old image is one that this other member knows for one. */
    private boolean gaveOldVote(long term, SimMember to) {
        boolean isKnown = isKnownToBeOld() || to.running().seenStarts(member.id()) > startCounter;
        return isKnown && oldVotes.getOrDefault(term, 0L) == to.member.id();
    }

    /** The cluster knows this member by another directory than the one it has. */
    boolean mustStayOut() {
        return directory == Directory.EMPTIED && knownWhenEmptied;
    }

    // ---- standing still

    void pause() {
        paused = true;
        if (life != null) {
            life.pause();
        }
    }

    void resume() {
        paused = false;
        if (life != null) {
            life.resume();
        }
    }

    /** The clock is another one: whoever waits for a time asks again. */
    void clockChanged() {
        if (life != null && !paused) {
            life.wakeAll();
        }
    }

    // ---- what its process says

    void happened(RaftEvent event) {
        if (event instanceof RaftEvent.LeaderElected elected) {
            world.judge.check(() -> elected(elected.term(), elected.votes()));
        } else if (event instanceof RaftEvent.SnapshotTaken) {
            world.ledger.hit(Mark.SNAPSHOT_MARKED);
        } else if (event instanceof RaftEvent.SnapshotInstalled) {
            world.ledger.hit(Mark.SNAPSHOT_INSTALLED);
        }
    }

    private void elected(long term, List<Long> votes) {
        world.judge.elected(number, term);
        for (long id : votes) {
            SimMember voter = world.members.get(number(id));
            NodeRule.OLD_IMAGE_STAYS_OUT.require(
                    !voter.gaveOldVote(term, this),
                    () -> "the vote of " + voter.member.name() + ", on an old image, elected " + member.name());
        }
        if (world.members.size() == 1) {
            world.ledger.hit(Mark.ALONE_LED);
        } else if (world.members.size() % 2 == 0) {
            world.ledger.hit(Mark.EVEN_CLUSTER_LED);
        }
        if (world.members.stream().anyMatch(other -> other.isUp() && !other.versions.equals(versions))) {
            world.ledger.hit(Mark.LED_OTHER_BUILDS);
        }
        if (world.members.stream().anyMatch(other -> !other.isUp())) {
            world.ledger.hit(Mark.ELECTED_WITH_MEMBER_DOWN);
        }
    }
}
