package io.quorate.virtual;

import io.quorate.node.port.StateMachine;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/** Numbered registers; a command is a register's number and a value, each written once in a run. */
final class Registers implements StateMachine<Long> {
    static final int KEYS = 5;

    /** @param revision index of the entry that wrote it */
    record Cell(long value, long revision) {
        static final Cell EMPTY = new Cell(0, 0);
    }

    private final Cell[] cells = new Cell[KEYS];
    final Map<Long, Long> indexOfValue = new TreeMap<>();
    private final boolean quick;
    long hash = 1;
    long lastIndex;

    Registers(boolean quick) {
        this.quick = quick;
        java.util.Arrays.fill(cells, Cell.EMPTY);
    }

    static ByteBuffer command(int key, long value, int padding) {
        return ByteBuffer.allocate(12 + padding).putInt(key).putLong(value).clear();
    }

    @Override
    public Long apply(long index, long term, ByteBuffer command) {
        if (index <= lastIndex) {
            throw new IllegalStateException("index " + index + " came after " + lastIndex);
        }
        lastIndex = index;
        int key = command.order(java.nio.ByteOrder.BIG_ENDIAN).getInt();
        long value = command.getLong();
        cells[key] = new Cell(value, index);
        if (indexOfValue.put(value, index) != null) {
            throw new IllegalStateException("value " + value + " was applied twice");
        }
        hash = hash * 31 + index;
        hash = hash * 31 + term;
        hash = hash * 31 + value;
        return value;
    }

    Cell cell(int key) {
        return cells[key];
    }

    @Override
    public boolean isQuick() {
        return quick;
    }
}
