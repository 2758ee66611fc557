using System.Buffers;

namespace Parley.Gateways.Rtm.Fpnn;

/// <summary>Begins to take a quest whose payload is not held in memory.</summary>
/// <param name="quest">The quest, of which the method is known and nothing more.</param>
/// <param name="length">The length of the payload in bytes; at the most that long where the carrier does not tell.</param>
internal delegate FpnnUpload UploadHandler(Quest quest, long length);

/// <summary>
/// A quest whose payload is taken piece by piece as it comes in, whatever carries it. The carrier calls <see cref="AdmitAsync"/>, feeds
/// all bytes, calls <see cref="EndAsync"/> and hands it to <see cref="FpnnDoor.Run"/>; or it disposes of it on the way.
/// </summary>
internal abstract class FpnnUpload(Quest quest) : IDisposable
{
    /// <summary>The quest.</summary>
    public Quest Quest { get; } = quest;

    /// <summary>Waits until there is room for one more; nothing of the payload is read before.</summary>
    public abstract ValueTask AdmitAsync(CancellationToken cancellationToken);

    /// <summary>Takes bytes of the payload.</summary>
    public abstract ValueTask FeedAsync(ReadOnlySequence<byte> bytes, CancellationToken cancellationToken);

    /// <summary>The payload is whole. False when it is no map, and the connection is to be closed.</summary>
    public abstract ValueTask<bool> EndAsync(CancellationToken cancellationToken);

    /// <summary>Answers the quest. Disposes of itself.</summary>
    public abstract ValueTask AnswerAsync();

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>What the beginning of a package says about it.</summary>
internal enum UploadStart : byte
{
    /// <summary>More bytes are needed to tell.</summary>
    NeedMore,

    /// <summary>It is not taken piece by piece.</summary>
    None,

    /// <summary>It is; the payload follows.</summary>
    Begun,

    /// <summary>It must not come here: the connection is to be closed.</summary>
    Invalid,
}
