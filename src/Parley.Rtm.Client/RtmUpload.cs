using Parley.Rtm.Client.Files;

namespace Parley.Rtm.Client;

/// <summary>A file to send.</summary>
public sealed class RtmUpload
{
    private readonly Stream? _stream;
    private readonly ReadOnlyMemory<byte> _bytes;

    /// <summary>Takes the content as bytes, which must not change until the file was sent.</summary>
    /// <param name="name">The file name; its extension tells the kind of file.</param>
    /// <param name="content">1 byte to 5 MiB (<see cref="RtmClientOptions.FileBytes"/>).</param>
    public RtmUpload(string name, ReadOnlyMemory<byte> content)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
        _bytes = content;
    }

    /// <summary>Takes the content as a stream, which is read to its end once and not closed.</summary>
    /// <param name="name">The file name; its extension tells the kind of file.</param>
    /// <param name="content">1 byte to 5 MiB (<see cref="RtmClientOptions.FileBytes"/>) until its end.</param>
    public RtmUpload(string name, Stream content)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(content);
        Name = name;
        _stream = content;
    }

    /// <summary>The file name.</summary>
    public string Name { get; }

    /// <summary>The message type; the server finds out what a <see cref="RtmMessageType.File"/> is.</summary>
    public byte Type { get; init; } = RtmMessageType.File;

    /// <summary>The message id; null = the client makes one.</summary>
    public long? MessageId { get; init; }

    /// <summary>
    /// The application's own entries of the message's attributes; together with name and sign at most 2048 bytes. <c>sign</c>, <c>ext</c>,
    /// <c>exit</c>, <c>filename</c> and <c>rtm</c> are taken.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    /// <summary>Hears how far the upload is.</summary>
    public IProgress<RtmUploadProgress>? Progress { get; init; }

    internal void Validate()
    {
        if (Attributes?.Keys.FirstOrDefault(UploadAttributes.IsReserved) is { } taken)
            throw new ArgumentException($"The attribute '{taken}' is taken by the protocol.");
    }

    /// <summary>The whole content; reads one byte more than allowed at most.</summary>
    internal async Task<ReadOnlyMemory<byte>> ReadAsync(int most, CancellationToken cancellationToken)
    {
        if (_stream is null)
            return _bytes;
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (content.Length <= most)
        {
            var count = await _stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, most + 1 - content.Length)), cancellationToken);
            if (count == 0)
                break;
            content.Write(buffer, 0, count);
            Progress?.Report(new(RtmUploadStage.Reading, content.Length));
        }
        return content.ToArray();
    }
}

/// <summary>What an upload is doing.</summary>
public enum RtmUploadStage
{
    /// <summary>Reading the stream.</summary>
    Reading,

    /// <summary>Everything is read; the file goes to the file gate. Comes again with every try.</summary>
    Sending,

    /// <summary>The file gate has it.</summary>
    Done,
}

/// <summary>How far an upload is. FPNN sends a file as one package, so there is no count of bytes while it is sent.</summary>
/// <param name="Stage">What it is doing.</param>
/// <param name="Bytes">How many bytes of the file were read.</param>
public readonly record struct RtmUploadProgress(RtmUploadStage Stage, long Bytes);
