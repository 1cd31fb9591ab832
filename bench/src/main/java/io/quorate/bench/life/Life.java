package io.quorate.bench.life;

import io.grpc.StatusRuntimeException;
import io.quorate.bench.BenchException;
import io.quorate.bench.cluster.Contender;
import io.quorate.bench.cluster.Folders;
import io.quorate.bench.host.Host;
import io.quorate.bench.host.Proc;
import io.quorate.bench.report.Commit;
import io.quorate.bench.report.Units;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;

/** Measures the parts of a plan, one after the other. */
public final class Life {
    private final LifePlan plan;
    private final Proc proc;
    private final Workshop shop;

    /** @param progress hears what is being done, a line each */
    public Life(LifePlan plan, Contender contender, Proc proc, Consumer<String> progress) {
        this.plan = plan;
        this.proc = proc;
        shop = new Workshop(plan, contender, progress);
    }

    /**
     * Blocks until all is measured.
     *
     * @param reports gets each part's report when it is there: what comes later may fail
     * @throws BenchException also when the folder lies in memory, or has too little room
     */
    public void run(Consumer<PartReport> reports) {
        Folders.requireDisk(proc, plan.place().folder());
        requireRoom();
        for (Part part : plan.parts()) {
            reports.accept(run(part));
        }
    }

    private void requireRoom() {
        try {
            long room = Files.getFileStore(plan.place().folder()).getUsableSpace();
            if (room < plan.diskBytes()) {
                throw new BenchException(plan.place().folder() + " has room for " + Units.bytes(room) + ", and up to "
                        + Units.bytes(plan.diskBytes())
                        + " are written at once. Name another with --work-dir, or measure less.");
            }
        } catch (IOException unknown) {
            throw new BenchException(
                    "cannot tell the room in " + plan.place().folder() + ": " + unknown.getMessage(), unknown);
        }
    }

    private PartReport run(Part part) {
        shop.begins(part);
        Host host = Host.ofThisComputer();
        String startedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        Findings findings = new Findings();
        try {
            trial(part).run(shop, findings);
        } catch (StatusRuntimeException refused) {
            throw new BenchException(
                    "the part " + part.word() + " ended: its cluster refused a call: " + refused.getMessage(), refused);
        }
        return new PartReport(
                part.word(),
                shop.contender().version(),
                Commit.ofThisBuild(),
                startedAt,
                host,
                proc.mountOf(plan.place().folder().toAbsolutePath()).type(),
                findings.settings(),
                findings.goals(),
                findings.figures());
    }

    /** How one part is measured. */
    interface Trial {
        void run(Workshop shop, Findings findings);
    }

    private static Trial trial(Part part) {
        return switch (part) {
            case SNAPSHOT -> new SnapshotTrial();
            case LOG -> new LogTrial();
            case RESTART -> new RestartTrial();
            case REPLACE -> new ReplaceTrial();
            case FAILOVER -> new FailoverTrial();
            case TRANSFER -> new TransferTrial();
            case HISTORY -> new HistoryTrial();
        };
    }
}
