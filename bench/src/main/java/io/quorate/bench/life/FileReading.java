package io.quorate.bench.life;

import io.quorate.bench.BenchException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Reads every byte of a snapshot and a log on one thread and runs it through the checksum that the files are made with. Nothing that
 * checks these files is faster: where a record begins is not looked at.
 */
final class FileReading {
    private static final int PIECE_BYTES = 1 << 20;

    private final Path directory;
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
    private final CRC32C sum = new CRC32C();

    FileReading(Path directory) {
        this.directory = directory;
    }

    /** @return how many bytes */
    long read() {
        long bytes = 0;
        try {
            for (Path file : files()) {
                bytes += read(file);
            }
            return bytes;
        } catch (IOException unreadable) {
            throw new BenchException(
                    "cannot read the files in " + directory + ": " + unreadable.getMessage(), unreadable);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(FileReading::isReadByAStart).sorted().toList();
        }
    }

    /** The snapshot and the log, without the indexes beside it and the files that hold nothing yet. */
    private static boolean isReadByAStart(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith("snapshot-") || (name.startsWith("log-") && !name.contains(".index"));
    }

    private long read(Path file) throws IOException {
        long bytes = 0;
        sum.reset();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            for (int read = channel.read(piece.clear()); read > 0; read = channel.read(piece.clear())) {
                sum.update(piece.flip());
                bytes += read;
            }
        }
        return bytes;
    }
}
