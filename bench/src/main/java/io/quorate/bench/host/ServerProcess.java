package io.quorate.bench.host;

import io.quorate.bench.BenchException;
import java.util.List;

/** One server process on this computer. */
public final class ServerProcess {
    private final Proc proc;
    private final long pid;

    ServerProcess(Proc proc, long pid) {
        this.proc = proc;
        this.pid = pid;
    }

    public long pid() {
        return pid;
    }

    public String name() {
        String stat = proc.stat(pid);
        return stat.isEmpty() ? "ended" : ProcessTimes.name(stat);
    }

    /** CPU time since it started, in steps of 10 ms. */
    public long cpuMicros() {
        String stat = proc.stat(pid);
        if (stat.isEmpty()) {
            throw new BenchException("the server process " + pid + " ended during the measurement; its log says why");
        }
        return ProcessTimes.cpuMicros(stat);
    }

    /** By the files that it has open to write, right now. */
    public Storage storage() {
        return Storage.judge(proc.writtenMounts(pid), commandLine());
    }

    /** By a folder that the user names. */
    public Storage storageIn(java.nio.file.Path dataDirectory) {
        return Storage.judge(List.of(proc.mountOf(dataDirectory)), commandLine());
    }

    private List<String> commandLine() {
        return proc.commandLine(pid);
    }
}
