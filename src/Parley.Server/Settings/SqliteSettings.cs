using System.ComponentModel.DataAnnotations;

namespace Parley.Server.Settings;

/// <summary>The embedded store.</summary>
internal sealed record SqliteSettings
{
    /// <summary>How sure a commit is: Full = on the disk, Normal = a power cut may lose the newest commits, Off = may damage the database.</summary>
    [RegularExpression("^(?i)(full|normal|off)$", ErrorMessage = "one of Off, Normal, Full")]
    public string Synchronous { get; init; } = "Full";

    /// <summary>Most operations of one commit.</summary>
    [Range(1, 65_536)]
    public int BatchSize { get; init; } = 512;

    /// <summary>Most operations that wait for the writer.</summary>
    [Range(16, 16_777_216)]
    public int QueueLength { get; init; } = 65_536;

    /// <summary>Connections that read.</summary>
    [Range(1, 64)]
    public int Readers { get; init; } = 4;

    /// <summary>Most reads that wait for a reader.</summary>
    [Range(16, 16_777_216)]
    public int ReadQueueLength { get; init; } = 65_536;

    /// <summary>Conversations whose newest message the writer remembers.</summary>
    [Range(16, 100_000_000)]
    public int ConversationCache { get; init; } = 100_000;

    /// <summary>Messages by which retries are recognised.</summary>
    [Range(0, 100_000_000)]
    public int DuplicateWindowEntries { get; init; } = 1_000_000;

    /// <summary>How far back retries are recognised at the most, in seconds.</summary>
    [Range(0, 86_400)]
    public int DuplicateWindowSeconds { get; init; } = 3600;

    /// <summary>Pages of 4 KiB in the write-ahead log after which it is moved into the database.</summary>
    [Range(64, 16_777_216)]
    public int CheckpointPages { get; init; } = 16_384;

    /// <summary>Page cache of the writing connection in KiB.</summary>
    [Range(256, 16_777_216)]
    public int WriterCacheKiB { get; init; } = 16_384;

    /// <summary>Page cache of each reading connection in KiB.</summary>
    [Range(256, 16_777_216)]
    public int ReaderCacheKiB { get; init; } = 2048;
}
