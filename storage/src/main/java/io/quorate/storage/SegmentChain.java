package io.quorate.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Which files are the log: from the newest back, each segment names the one before it. Where the log was cut at damage, those
 * between the two are void: they are kept only until what was lost is back.
 */
final class SegmentChain {
    private SegmentChain() {}

    /**
     * Numbers of the segments of a log, rising. One that is missing in between leaves a gap; one whose header does not hold is taken to
     * follow the one numbered before it.
     *
     * @param names sorted, of all files on the disk
     */
    static List<Long> numbers(Disk disk, List<String> names) throws IOException {
        List<Long> numbers = new ArrayList<>();
        long mostBefore = Long.MAX_VALUE;
        for (int i = names.size() - 1; i >= 0; i--) {
            long number = LogFormat.segmentNumber(names.get(i));
            if (number != 0 && number <= mostBefore) {
                numbers.add(number);
                mostBefore = predecessor(disk, number);
            }
        }
        Collections.reverse(numbers);
        return numbers;
    }

    /** Names of the segments that a cut has made void, sorted. */
    static List<String> voided(List<String> names, List<Long> numbers) {
        return names.stream()
                .filter(name -> LogFormat.segmentNumber(name) != 0 && !numbers.contains(LogFormat.segmentNumber(name)))
                .toList();
    }

    private static long predecessor(Disk disk, long number) throws IOException {
        String name = LogFormat.segmentName(number);
        if (!disk.list().contains(name)) {
            return number - 1; // Just gone, as the oldest may at any time while the member runs.
        }
        try (DiskFile file = disk.open(name)) {
            return SegmentHeader.read(file, disk.path(name), number).predecessor();
        } catch (LogDamagedException e) {
            return number - 1;
        }
    }
}
