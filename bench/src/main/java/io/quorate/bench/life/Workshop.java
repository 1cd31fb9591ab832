package io.quorate.bench.life;

import io.quorate.bench.cluster.Contender;
import io.quorate.bench.cluster.Folders;
import io.quorate.bench.cluster.Members;
import io.quorate.bench.cluster.Setup;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What every part works with. */
final class Workshop {
    /** Flags with which no snapshot is taken unless somebody asks for one. */
    static final List<String> NO_SNAPSHOTS = List.of(
            "--snapshot-count=1000000000",
            "--snapshot-bytes=" + (1L << 40),
            "--snapshot-interval=0s",
            "--snapshot-catchup-entries=0",
            "--snapshot-catchup-bytes=0");

    private final LifePlan plan;
    private final Contender contender;
    private final Consumer<String> progress;
    private String doing = "";

    /** @param progress hears what is being done, a line each */
    Workshop(LifePlan plan, Contender contender, Consumer<String> progress) {
        this.plan = plan;
        this.contender = contender;
        this.progress = progress;
    }

    LifePlan plan() {
        return plan;
    }

    Contender contender() {
        return contender;
    }

    void begins(Part part) {
        doing = part.word();
    }

    void says(String what) {
        progress.accept(doing + ": " + what);
    }

    /** With a cluster in a new directory that has started and serves; it ends with the work. */
    void in(int members, List<String> flags, int heapMiB, Consumer<Members> work) {
        List<String> all = new ArrayList<>(flags);
        all.add("--segment-bytes=" + plan.sizes().segmentBytes());
        Setup setup = new Setup(contender, all, heapMiB, plan.place().firstPort());
        Folders.inNew(plan.place().folder(), folder -> {
            try (Members cluster = new Members(setup, folder, members)) {
                cluster.startAll();
                cluster.awaitAllReady();
                work.accept(cluster);
            }
        });
    }
}
