package io.quorate.storage;

import java.io.IOException;
import java.util.List;

/** A disk that does what another one does, but for what a subclass says. */
abstract class ForwardingDisk implements Disk {
    private final Disk disk;

    ForwardingDisk(Disk disk) {
        this.disk = disk;
    }

    @Override
    public DiskFile create(String name, long bytes) throws IOException {
        return disk.create(name, bytes);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return disk.open(name);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        disk.rename(from, to);
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
