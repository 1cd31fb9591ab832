package io.quorate.bench.micro;

import io.quorate.node.port.LogRecord;
import io.quorate.node.port.RecordKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Encoding a record, once by the leader; checking it, by everyone who receives or recovers it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RecordCodecBenchmark {
    @Param({"16", "256", "4096"})
    public int payloadBytes;

    private ByteBuffer payload = ByteBuffer.allocate(0);
    private ByteBuffer record = ByteBuffer.allocate(0);
    private long index;

    @Setup
    public void encodeOne() {
        byte[] noise = new byte[payloadBytes];
        new Random(1).nextBytes(noise);
        payload = ByteBuffer.wrap(noise);
        record = ByteBuffer.allocateDirect(LogRecord.size(payloadBytes)).order(ByteOrder.LITTLE_ENDIAN);
        encode();
    }

    @Benchmark
    public ByteBuffer encode() {
        index++;
        record.clear();
        LogRecord.put(record, RecordKind.ENTRY, 0, 1, index, 1, payload);
        return record;
    }

    @Benchmark
    public @Nullable String check() {
        return LogRecord.flaw(record, 0, record.capacity());
    }
}
