package io.quorate.storage;

import java.io.IOException;
import java.util.List;

/** For reading as a start does, without changing anything: what that would remove or flush is passed over. */
final class LookingDisk extends ForwardingDisk {
    LookingDisk(Disk disk) {
        super(disk);
    }

    @Override
    public List<String> list() throws IOException {
        return super.list().stream()
                .filter(name -> !name.endsWith(SnapshotFormat.TEMPORARY))
                .toList();
    }

    @Override
    public void forceDirectory() {
        // Nothing is believed for longer than the answer.
    }
}
