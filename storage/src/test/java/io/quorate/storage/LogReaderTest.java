package io.quorate.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.raft.HardState;
import io.quorate.storage.LogDriver.Entries;
import io.quorate.storage.LogReader.Item;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogReaderTest implements LogReader.Visitor {
    @TempDir
    Path directory;

    private final List<String> lines = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    @Override
    public void record(Item item) {
        String text = StandardCharsets.UTF_8.decode(item.payload()).toString();
        if (item.kind().isLogEntry()) {
            lines.add(item.index() + "@" + item.term() + " " + text + " " + item.status());
        }
    }

    @Override
    public void unreadable(String file, long offset, String what) {
        problems.add(file + " " + offset + " " + what);
    }

    private LogDriver openAndWrite() throws IOException {
        LogDriver driver = new LogDriver(FileDisk.open(directory), LogDriver.SMALL, LogDriver.entropy(1));
        driver.append(1, 1, 1, "a", "b", "c");
        driver.run();
        driver.submit(1, null, 3, new HardState(2, 0, 2), Entries.of(1, 3, 2, "C"));
        driver.run();
        return driver;
    }

    @Test
    void a_running_log_is_shown_with_what_became_of_each_entry() throws IOException {
        LogDriver driver = openAndWrite();
        new LogReader(FileDisk.readOnly(directory)).read(this);
        assertThat(lines)
                .containsExactly("1@1 a COMMITTED", "2@1 b COMMITTED", "3@1 c TRUNCATED", "3@2 C NOT_KNOWN_COMMITTED");
        assertThat(problems).isEmpty();
        driver.log.close();
    }

    @Test
    void reading_changes_nothing() throws IOException {
        openAndWrite().log.close();
        Map<String, byte[]> before = contents();
        new LogReader(FileDisk.readOnly(directory)).read(this);
        assertThat(contents()).containsExactlyEntriesOf(before);
    }

    private Map<String, byte[]> contents() throws IOException {
        Map<String, byte[]> contents = new TreeMap<>();
        try (var paths = Files.list(directory)) {
            for (Path path : paths.toList()) {
                contents.put(path.toString(), Files.readAllBytes(path));
            }
        }
        return contents;
    }

    @Test
    void damage_is_shown_where_it_is_and_the_rest_is_read() throws IOException {
        LogDriver driver = openAndWrite();
        for (int i = 4; i <= 60; i++) {
            driver.append(1, i, 2, "command " + i);
            driver.run();
        }
        driver.log.close();
        Path first = directory.resolve("log-0000000000000001");
        byte[] bytes = Files.readAllBytes(first);
        bytes[200] ^= 1;
        Files.write(first, bytes);
        new LogReader(FileDisk.readOnly(directory)).read(this);
        assertThat(problems).hasSize(1);
        assertThat(problems.get(0)).startsWith(first + " 96 ").contains("though the next segment begins with batch");
        assertThat(lines).last().isEqualTo("60@2 command 60 NOT_KNOWN_COMMITTED");
    }

    @Test
    void a_directory_without_a_log_is_said_to_have_none() {
        assertThatThrownBy(() -> new LogReader(FileDisk.readOnly(directory)).read(this))
                .hasMessageContaining("there is no log in " + directory);
    }
}
