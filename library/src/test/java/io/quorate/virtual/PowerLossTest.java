package io.quorate.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.storage.Disk;
import io.quorate.storage.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * The power goes, for one, two or all members at a random moment under writers, half the time in the middle of a disk call: every
 * byte and name not flushed is forgotten. Nothing acknowledged may be missing afterwards.
 */
class PowerLossTest {
    private static final int LOSSES = 300;
    private static final int LOSSES_PER_RUN = 6;
    private static final int CLIENTS = 6;

    @Test
    void nothingAcknowledgedIsLost() {
        int writes = 0;
        for (int run = 0; run < LOSSES / LOSSES_PER_RUN; run++) {
            writes += run(run, false);
        }
        assertThat(writes).isGreaterThan(LOSSES * 5);
    }

    /** The test of the test: with a disk that only says it flushes, something acknowledged must be missing. */
    @Test
    void withoutTheFlushSomethingIsLost() {
        List<String> problems = new ArrayList<>();
        for (int run = 0; run < 5; run++) {
            try {
                run(run, true);
            } catch (AssertionError | IllegalStateException e) {
                problems.add(e.getMessage() + " " + e.getCause());
            }
        }
        assertThat(problems).anyMatch(problem -> problem.contains("was acknowledged at"));
    }

    private static int run(int seed, boolean unflushed) {
        UnaryOperator<Disk> decorator = unflushed ? Unflushed::new : UnaryOperator.identity();
        VirtualCluster cluster = new VirtualCluster(1_000 + seed, 3, VirtualCluster.OPTIONS, decorator);
        cluster.losesAll = unflushed;
        History history = new History(cluster);
        Chaos chaos = new Chaos(cluster);
        cluster.startAll();
        cluster.awaitLeader(10_000);
        for (int loss = 0; loss < LOSSES_PER_RUN; loss++) {
            long end = cluster.time.nanoTime() + 400 * VirtualTime.MILLI;
            for (int k = 0; k < CLIENTS; k++) {
                history.client(end);
            }
            cluster.time.runMillis(50 + cluster.random.nextInt(350));
            lose(cluster, cluster.losesAll ? cluster.nodes.size() : 1 + loss % 3);
            cluster.time.runMillis(20 + cluster.random.nextInt(100));
            chaos.settle();
        }
        history.checkFinal();
        return history.acknowledgedWrites();
    }

    private static void lose(VirtualCluster cluster, int count) {
        int first = cluster.random.nextInt(cluster.nodes.size());
        for (int k = 0; k < count; k++) {
            VirtualCluster.Node node = cluster.nodes.get((first + k) % cluster.nodes.size());
            if (cluster.random.nextBoolean()) {
                node.powerLoss();
            } else {
                node.powerLossWithin(4);
            }
        }
    }

    /** Says that it flushes a segment's batches, and does not; all other flushes are real. */
    private static final class Unflushed implements Disk {
        private final Disk disk;
        private final Map<String, UnflushedFile> files = new TreeMap<>();

        Unflushed(Disk disk) {
            this.disk = disk;
        }

        @Override
        public DiskFile create(String name, long bytes) throws IOException {
            return keep(name, disk.create(name, bytes));
        }

        @Override
        public DiskFile open(String name) throws IOException {
            return keep(name, disk.open(name));
        }

        private DiskFile keep(String name, DiskFile file) {
            UnflushedFile kept = new UnflushedFile(file);
            kept.isSegment = isSegment(name);
            files.put(name, kept);
            return kept;
        }

        private static boolean isSegment(String name) {
            return name.startsWith("log-");
        }

        /** A segment has its header before it has its name: from then on it is lied about. */
        @Override
        public void rename(String from, String to) throws IOException {
            disk.rename(from, to);
            UnflushedFile file = files.remove(from);
            if (file != null) {
                file.isSegment = isSegment(to);
                files.put(to, file);
            }
        }

        @Override
        public void delete(String name) throws IOException {
            disk.delete(name);
        }

        @Override
        public List<String> list() throws IOException {
            return disk.list();
        }

        @Override
        public void forceDirectory() throws IOException {
            disk.forceDirectory();
        }

        @Override
        public long freeBytes() throws IOException {
            return disk.freeBytes();
        }

        @Override
        public String path(String name) {
            return disk.path(name);
        }

        @Override
        public void close() {
            disk.close();
        }
    }

    private static final class UnflushedFile implements DiskFile {
        private final DiskFile file;
        private boolean isSegment;

        UnflushedFile(DiskFile file) {
            this.file = file;
        }

        @Override
        public int read(ByteBuffer target, long at) throws IOException {
            return file.read(target, at);
        }

        @Override
        public void write(ByteBuffer source, long at) throws IOException {
            file.write(source, at);
        }

        @Override
        public void force() throws IOException {
            if (!isSegment) {
                file.force();
            }
        }

        @Override
        public long bytes() throws IOException {
            return file.bytes();
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
