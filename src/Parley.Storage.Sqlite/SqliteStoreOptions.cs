using Parley.Core.Storage;

namespace Parley.Storage.Sqlite;

/// <summary>How sure a commit is before it counts.</summary>
public enum SqliteSynchronous
{
    /// <summary>Handed to the operating system; a crash of the machine may damage the database. For tests and throw-away data.</summary>
    Off = 0,

    /// <summary>Survives a crash of the program; the newest commits may be missing after a power cut.</summary>
    Normal = 1,

    /// <summary>Survives a power cut: on the disk before it counts.</summary>
    Full = 2,
}

/// <summary>Where the embedded store lies and how much it may use.</summary>
public sealed record SqliteStoreOptions
{
    /// <summary>Path of the database file. Its directory is made when missing and belongs to one server at a time.</summary>
    public required string Path { get; init; }

    /// <summary>Called when the directory is held and before the database is opened. Default none.</summary>
    public Action? Taken { get; init; }

    /// <summary>How sure a commit is. Default <see cref="SqliteSynchronous.Full"/>.</summary>
    public SqliteSynchronous Synchronous { get; init; } = SqliteSynchronous.Full;

    /// <summary>Most operations of one commit, 1 to 65,536. Default 512.</summary>
    public int BatchSize { get; init; } = 512;

    /// <summary>Most operations that wait for the writer, 16 to 16,777,216. Default 65,536.</summary>
    public int QueueLength { get; init; } = 65_536;

    /// <summary>Connections that read, 1 to 64. Default 4.</summary>
    public int Readers { get; init; } = 4;

    /// <summary>Most reads that wait for a reader, 16 to 16,777,216. Default 65,536.</summary>
    public int ReadQueueLength { get; init; } = 65_536;

    /// <summary>Conversations whose head the writer remembers, 16 to 100,000,000. Default 100,000 (about 15 MB when full).</summary>
    public int ConversationCache { get; init; } = 100_000;

    /// <summary>Messages by which retries are recognised, 0 to 100,000,000. Default 1,000,000 (about 50 MB when full).</summary>
    public int DuplicateWindowEntries { get; init; } = 1_000_000;

    /// <summary>
    /// How far back retries are recognised at the most, whatever window an entry asks for: 0 to 24 hours. Default one hour.
    /// </summary>
    public TimeSpan DuplicateWindow { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Pages of 2 KiB in the write-ahead log after which it is moved into the database, 64 to 16,777,216. Default 8,192. A log that
    /// was moved is written over, which is cheaper to flush than making it longer.
    /// </summary>
    public int CheckpointPages { get; init; } = 8192;

    /// <summary>Page cache of the writing connection in KiB, 256 to 16,777,216. Default 16,384.</summary>
    public int WriterCache { get; init; } = 16_384;

    /// <summary>Page cache of each reading connection in KiB, 256 to 16,777,216. Default 2,048.</summary>
    public int ReaderCache { get; init; } = 2048;

    /// <summary>Throws a <see cref="StoreException"/> that names the first value out of its range.</summary>
    internal void Validate()
    {
        if (string.IsNullOrWhiteSpace(Path))
            throw new StoreException("The store's Path must not be empty.");
        if (!Enum.IsDefined(Synchronous))
            throw new StoreException($"The store's Synchronous must be Off, Normal or Full, not {Synchronous}.");
        Check(nameof(BatchSize), BatchSize, 1, 65_536);
        Check(nameof(QueueLength), QueueLength, 16, 16_777_216);
        Check(nameof(Readers), Readers, 1, 64);
        Check(nameof(ReadQueueLength), ReadQueueLength, 16, 16_777_216);
        Check(nameof(ConversationCache), ConversationCache, 16, 100_000_000);
        Check(nameof(DuplicateWindowEntries), DuplicateWindowEntries, 0, 100_000_000);
        Check(nameof(DuplicateWindow) + " in milliseconds", DuplicateWindow.TotalMilliseconds, 0, 86_400_000);
        Check(nameof(CheckpointPages), CheckpointPages, 64, 16_777_216);
        Check(nameof(WriterCache), WriterCache, 256, 16_777_216);
        Check(nameof(ReaderCache), ReaderCache, 256, 16_777_216);
    }

    private static void Check(string name, double value, double lowest, double highest)
    {
        if (!(value >= lowest && value <= highest))
            throw new StoreException($"The store's {name} must be {lowest:N0} to {highest:N0}, not {value:N0}.");
    }
}
