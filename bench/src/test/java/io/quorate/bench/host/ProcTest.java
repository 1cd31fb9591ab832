package io.quorate.bench.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.bench.host.Mounts.Mount;
import io.quorate.bench.host.Storage.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcTest {
    private static final int PORT = 2379;
    private static final int PID = 4242;

    private static final List<String> TCP = List.of(
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
            "   0: 0100007F:094C 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 71512 1 0000"
                    + "000000000000 100 0 0 10 0",
            "   1: 0100007F:094B 0100007F:C001 01 00000000:00000000 00:00000000 00000000     0        0 70001 1 0000"
                    + "000000000000 100 0 0 10 0",
            "   2: 0100007F:094B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 71511 1 0000"
                    + "000000000000 100 0 0 10 0");

    private static final String STAT =
            "4242 (a (strange) name) S 1 4242 4242 0 -1 4194560 9251 0 12 0 731 269 0 0 20 0 14 0"
                    + " 151245 11204530176 5932 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0";

    @TempDir
    Path root = Path.of("");

    private Path data = Path.of("");

    @BeforeEach
    void laysOutAFolderLikeProc() throws IOException {
        data = Files.writeString(root.resolve("0000.wal"), "x");
        Path log = Files.writeString(root.resolve("n1.log"), "x");
        Path process = Files.createDirectories(root.resolve(Integer.toString(PID)));
        Files.createDirectories(root.resolve("net"));
        Files.createDirectories(root.resolve("self"));
        Files.createDirectories(process.resolve("fd"));
        Files.createDirectories(process.resolve("fdinfo"));
        Files.write(root.resolve("net").resolve("tcp"), TCP);
        Files.writeString(process.resolve("stat"), STAT + "\n");
        Files.writeString(process.resolve("cmdline"), "etcd\0--name=n1\0");
        descriptor(1, log.toString(), "0100001");
        descriptor(5, data.toString(), "0100002");
        descriptor(6, "socket:[71511]", "02");
        mounts("ext4");
    }

    private void descriptor(int number, String target, String flags) throws IOException {
        Path process = root.resolve(Integer.toString(PID));
        Files.createSymbolicLink(process.resolve("fd").resolve(Integer.toString(number)), Path.of(target));
        Files.write(
                process.resolve("fdinfo").resolve(Integer.toString(number)),
                List.of("pos:\t0", "flags:\t" + flags, "mnt_id:\t27"));
    }

    private void mounts(String typeOfData) throws IOException {
        List<String> lines = List.of(
                "/dev/vda / ext4 rw,relatime 0 0",
                "proc /proc proc rw,nosuid 0 0",
                "scratch " + root + " " + typeOfData + " rw 0 0");
        Files.write(root.resolve(Integer.toString(PID)).resolve("mounts"), lines);
        Files.write(root.resolve("self").resolve("mounts"), lines);
    }

    private ServerProcess server() {
        return new Proc(root).listeningOn(PORT).orElseThrow();
    }

    @Test
    void findsWhoListensOnAPortAndNotWhoIsConnectedToIt() {
        assertThat(server().pid()).isEqualTo(PID);
        assertThat(new Proc(root).listeningOn(2380)).isEmpty(); // listens, but no process that we may see holds it
        assertThat(new Proc(root).listeningOn(9)).isEmpty();
    }

    @Test
    void readsCpuTimeBehindANameThatHoldsBrackets() {
        assertThat(server().name()).isEqualTo("a (strange) name");
        assertThat(server().cpuMicros()).isEqualTo((731 + 269) * 10_000L);
    }

    @Test
    void dataOnADiskMayBeCalledDurableAndIsNamed() {
        assertThat(server().storage()).isEqualTo(new Storage(Verdict.DURABLE, "ext4", ""));
    }

    @Test
    void dataInMemoryIsNotCalledDurable() throws IOException {
        mounts("tmpfs");
        assertThat(server().storage().verdict()).isEqualTo(Verdict.NOT_DURABLE);
        assertThat(server().storage().sentence()).contains("NOT DURABLE").contains("tmpfs");
        assertThat(server().storageIn(root).verdict()).isEqualTo(Verdict.NOT_DURABLE);
    }

    @Test
    void aServerThatWasToldNotToFlushIsNotCalledDurable() throws IOException {
        Files.writeString(root.resolve(Integer.toString(PID)).resolve("cmdline"), "etcd\0--unsafe-no-fsync\0");
        assertThat(server().storage().verdict()).isEqualTo(Verdict.NOT_DURABLE);
        assertThat(server().storage().sentence()).contains("--unsafe-no-fsync");
    }

    @Test
    void aFileThatIsOnlyReadSaysNothing() throws IOException {
        Path fdinfo = root.resolve(Integer.toString(PID)).resolve("fdinfo").resolve("5");
        Files.write(fdinfo, List.of("flags:\t0100000"));
        assertThat(server().storage().verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void severalServersAreAsDurableAsTheLeastOfThem() {
        Storage disk = new Storage(Verdict.DURABLE, "ext4", "");
        Storage unknown = new Storage(Verdict.UNKNOWN, "", "not found");
        Storage memory = new Storage(Verdict.NOT_DURABLE, "tmpfs", "memory");
        assertThat(Storage.ofAll(List.of(disk, disk))).isEqualTo(disk);
        assertThat(Storage.ofAll(List.of(disk, unknown))).isEqualTo(unknown);
        assertThat(Storage.ofAll(List.of(unknown, disk)).verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(Storage.ofAll(List.of(disk, memory, unknown))).isEqualTo(memory);
        assertThat(Storage.ofAll(List.of()).verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void theLongestMountPointWinsAndALaterMountCoversAnEarlier() {
        Mounts mounts = Mounts.parse(List.of(
                "/dev/vda / ext4 rw 0 0",
                "tmpfs /run tmpfs rw 0 0",
                "/dev/vdb /run/my\\040data ext4 rw 0 0",
                "/dev/vdc /run/my\\040data xfs rw 0 0"));
        assertThat(mounts.of(Path.of("/runner/x")).type()).isEqualTo("ext4");
        assertThat(mounts.of(Path.of("/run/x"))).isEqualTo(new Mount(Path.of("/run"), "tmpfs", "tmpfs"));
        assertThat(mounts.of(Path.of("/run/my data/n1")))
                .isEqualTo(new Mount(Path.of("/run/my data"), "xfs", "/dev/vdc"));
    }

    @Test
    void theComputerIsNamedByTheFirstLineWithTheKey() {
        List<String> cpuinfo = List.of("processor\t: 0", "model name\t: AMD EPYC", "model name\t: other");
        assertThat(Host.valueOf(cpuinfo, "model name", "unknown")).isEqualTo("AMD EPYC");
        assertThat(Host.valueOf(List.of(), "model name", "unknown")).isEqualTo("unknown");
    }
}
