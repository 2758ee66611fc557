namespace Parley.Core.Files;

/// <summary>A file that can be downloaded by whoever knows its key.</summary>
public sealed record FileRecord
{
    /// <summary>The project.</summary>
    public required long ProjectId { get; init; }

    /// <summary>The day of the upload (UTC) as a number: yyyyMMdd.</summary>
    public required int Day { get; init; }

    /// <summary>32 lower-case hexadecimal digits from a secure random source: who knows them may download.</summary>
    public required string Key { get; init; }

    /// <summary>The extension without a dot, lower-case letters and digits; "" = none.</summary>
    public required string Extension { get; init; }

    /// <summary>The SHA-256 of the content: 64 lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Size in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>The media type, such as <c>image/png</c>.</summary>
    public required string ContentType { get; init; }

    /// <summary>The name that the sender gave the file; "" = none.</summary>
    public string Name { get; init; } = "";

    /// <summary>Who uploaded it.</summary>
    public required long Sender { get; init; }

    /// <summary>When, in unix milliseconds.</summary>
    public required long Time { get; init; }
}

/// <summary>The place of a file within all files: what its address says.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="Day">The day as a number: yyyyMMdd.</param>
/// <param name="Key">32 lower-case hexadecimal digits.</param>
/// <param name="Extension">The extension without a dot; "" = none.</param>
public readonly record struct FilePlace(long ProjectId, int Day, string Key, string Extension);

/// <summary>What a one-use upload token allows. Its holder needs no session.</summary>
public sealed record FileToken
{
    /// <summary>The project.</summary>
    public required long ProjectId { get; init; }

    /// <summary>On whose behalf the file is sent.</summary>
    public required long Sender { get; init; }

    /// <summary>What the token is for, in the words of the gateway that issued it; at most 64 bytes.</summary>
    public required string Purpose { get; init; }

    /// <summary>Receivers, or the one group or room; none for a broadcast.</summary>
    public required IReadOnlyList<long> Targets { get; init; }

    /// <summary>Whether a back end asked for it rather than a user's session.</summary>
    public bool IsBackEnd { get; init; }

    /// <summary>Whether the client that asked for it promises to name the file's extension.</summary>
    public bool NamesExtension { get; init; }

    /// <summary>Until when it is good, in unix milliseconds.</summary>
    public required long Expires { get; init; }
}
