package io.quorate.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.quorate.node.port.Identity;
import io.quorate.node.port.LogStore.LogWrite;
import io.quorate.raft.Effects;
import io.quorate.storage.LogDriver.Entries;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same log on the file system of this computer. */
final class FileDiskTest {
    @TempDir
    Path directory;

    private LogDriver open(LogOptions options) throws IOException {
        return new LogDriver(FileDisk.open(directory), options, LogDriver.entropy(1));
    }

    @Test
    void a_log_and_an_identity_are_found_again() throws IOException {
        Path nested = directory.resolve("a").resolve("b c");
        Identity identity = new Identity(1, 1, 2, 3, 4);
        FileDisk disk = FileDisk.open(nested);
        new FileIdentityStore(disk).save(identity);
        LogDriver driver = new LogDriver(disk, LogDriver.SMALL, LogDriver.entropy(1));
        for (int i = 1; i <= 100; i++) {
            driver.append(1, i, 1, "command " + i);
            driver.run();
        }
        driver.log.close();

        FileDisk again = FileDisk.open(nested);
        assertThat(new FileIdentityStore(again).load()).isEqualTo(identity);
        LogDriver second = new LogDriver(again, LogDriver.SMALL, LogDriver.entropy(2));
        assertThat(LogModel.content(second, 1, 1, 100)).hasSize(100).last().isEqualTo("command 100");
        second.log.close();
    }

    @Test
    void a_directory_that_is_open_is_refused_with_its_holder_and_what_to_do() throws IOException {
        FileDisk disk = FileDisk.open(directory);
        assertThatThrownBy(() -> FileDisk.open(directory))
                .hasMessageContaining("the data directory " + directory + " is in use by process "
                        + ProcessHandle.current().pid())
                .hasMessageContaining("stop that one first");
        disk.close();
        FileDisk.open(directory).close();
    }

    @Test
    void a_refused_second_open_here_leaves_the_lock_against_other_processes() throws Exception {
        FileDisk disk = FileDisk.open(directory);
        Path link = Files.createSymbolicLink(directory.resolveSibling(directory.getFileName() + "-link"), directory);
        assertThatThrownBy(() -> FileDisk.open(directory)).hasMessageContaining("is in use");
        assertThatThrownBy(() -> FileDisk.open(link)).hasMessageContaining("is in use");
        Files.delete(link);
        assertThat(openedByAnotherProcess())
                .contains("is in use by process " + ProcessHandle.current().pid());

        disk.close();
        FileDisk next = FileDisk.open(directory);
        disk.close();
        assertThatThrownBy(() -> FileDisk.open(directory))
                .as("a second close takes nothing from the next holder")
                .hasMessageContaining("is in use");
        next.close();
        assertThat(openedByAnotherProcess()).isEqualTo("opened");
    }

    private String openedByAnotherProcess() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath(),
                        Opener.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return said;
    }

    /** Where these classes lie, also when this runs from modules. */
    private static String classPath() throws URISyntaxException {
        List<String> places = new ArrayList<>();
        for (Class<?> type : List.of(Opener.class, FileDisk.class, Identity.class, Effects.class)) {
            places.add(Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString());
        }
        places.add(System.getProperty("java.class.path"));
        places.add(System.getProperty("surefire.test.class.path", ""));
        return String.join(File.pathSeparator, places);
    }

    /** Another process: opens the directory it is given and says what came of it. */
    static final class Opener {
        private Opener() {}

        public static void main(String[] arguments) {
            try (FileDisk opened = FileDisk.open(Path.of(arguments[0]))) {
                System.out.print(opened.list().isEmpty() ? "empty" : "opened");
            } catch (IOException e) {
                System.out.print(e.getMessage());
            }
        }
    }

    @Test
    void one_that_is_looked_at_as_stopped_keeps_every_writer_out() throws Exception {
        FileDisk.open(directory).close();
        FileDisk disk = FileDisk.stopped(directory);
        assertThat(openedByAnotherProcess()).contains("is in use by ");
        assertThatThrownBy(() -> FileDisk.stopped(directory)).hasMessageContaining("is in use by ");
        assertThatThrownBy(() -> disk.create("file", 0)).hasMessageContaining("for reading only");
        disk.close();
        assertThat(openedByAnotherProcess()).isEqualTo("opened");
    }

    @Test
    void reading_takes_no_lock_and_refuses_every_change() throws IOException {
        FileDisk held = FileDisk.open(directory);
        held.create("file", 8).close();
        FileDisk looking = FileDisk.readOnly(directory);
        assertThat(looking.list()).contains("file");
        assertThatThrownBy(() -> looking.create("x", 1)).hasMessageContaining("for reading only");
        assertThatThrownBy(() -> looking.delete("file")).hasMessageContaining("for reading only");
        assertThatThrownBy(() -> looking.rename("file", "x")).hasMessageContaining("for reading only");
        assertThatThrownBy(looking::forceDirectory).hasMessageContaining("for reading only");
        held.close();
    }

    @Test
    void a_directory_that_is_not_there_is_not_made_by_looking() {
        assertThatThrownBy(() -> FileDisk.readOnly(directory.resolve("none")))
                .hasMessageContaining("there is no data directory");
    }

    /** The writer's own garbage: a bound on bytes for each entry, far below one object for each. */
    @Test
    void writing_makes_no_object_for_an_entry() throws IOException {
        LogDriver driver = open(LogOptions.defaults().withSizes(4 << 20, 1 << 20));
        driver.run();
        int entries = 0;
        List<LogWrite> writes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Entries each = Entries.of(1, entries + 1, 1, commands(200));
            entries += 200;
            writes.add(write(i + 1, each));
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = 0;
        for (LogWrite write : writes) {
            driver.log.submit(write);
            long before = threads.getCurrentThreadAllocatedBytes();
            driver.log.writer().turn(0);
            allocated += threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(driver.persisted).containsEntry(1, 100L);
        // Offsets take four bytes an entry, and their array doubles as it grows; an object would take sixteen and more.
        assertThat(allocated / entries).isLessThan(16);
        driver.log.close();
    }

    private static String[] commands(int count) {
        String[] commands = new String[count];
        java.util.Arrays.fill(commands, "sixteen bytes it is");
        return commands;
    }

    private static LogWrite write(long number, Entries entries) {
        ByteBuffer all = ByteBuffer.allocate((int) entries.bytes()).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        entries.buffers().forEach(buffer -> all.put(buffer.duplicate()));
        Effects.Write write = new Effects.Write(number, null, 0, null, entries.first(), entries.last());
        return new LogWrite(1, write, List.of(all.flip()), entries.bytes());
    }

    @Test
    void snapshots_go_from_one_directory_to_another() throws IOException {
        FileDisk there = FileDisk.open(directory.resolve("n1"));
        FileDisk here = FileDisk.open(directory.resolve("n2"));
        SnapshotDriver sender = new SnapshotDriver(there);
        SnapshotDriver receiver = new SnapshotDriver(here);
        SnapshotDriver.Texts texts = SnapshotDriver.Texts.of("k", 2_000, 1_000);
        receiver.store.receive(1, sender.take(1, 7, texts));
        receiver.run();
        sender.store.open(1, 1, 7);
        while (receiver.nextOffset >= 0) {
            sender.store.read(1, receiver.nextOffset, 10_000);
            sender.run();
            receiver.store.chunks(1, receiver.nextOffset, Objects.requireNonNull(sender.chunks));
            receiver.run();
        }
        SnapshotDriver.Texts restored = new SnapshotDriver.Texts(1_000);
        receiver.store.restore(2, 1, 7, List.of(restored));
        receiver.run();
        restored.finish();
        assertThat(restored.texts).isEqualTo(texts.texts);
        assertThat(here.list()).containsExactly("lock", SnapshotFormat.name(1, 7));
        receiver.store.close();
        sender.store.close();
        there.close();
        here.close();
    }
}
