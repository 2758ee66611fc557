namespace Parley.Core.Files;

/// <summary>Where the core keeps files, and what uploads may use.</summary>
public sealed record FileStorage
{
    /// <summary>Keeps the contents. Disposed of by the core.</summary>
    public required IBlobStore Blobs { get; init; }

    /// <summary>The folder in which uploads are gathered; on the disk of a folder store. What lies in it is removed at start.</summary>
    public required string SpoolFolder { get; init; }

    /// <summary>What comes before <c>/files/…</c> in the address of a file, such as <c>https://files.example.org</c>; asked for each file.</summary>
    public required Func<string> Address { get; init; }
}
