using Parley.Wire.Fpnn;

namespace Parley.Rtm.Transport;

/// <summary>A quest of the server. It owns its bytes. It is answered at most once; an answer to a one-way quest is not sent.</summary>
public sealed class FpnnQuest
{
    private readonly FpnnConnection _connection;
    private readonly uint _sequenceNumber;
    private int _answered;

    internal FpnnQuest(FpnnConnection connection, string method, bool isTwoWay, uint sequenceNumber, ReadOnlyMemory<byte> payload)
    {
        _connection = connection;
        _sequenceNumber = sequenceNumber;
        Method = method;
        IsTwoWay = isTwoWay;
        Payload = payload;
    }

    /// <summary>The method name.</summary>
    public string Method { get; }

    /// <summary>Whether the server wants an answer.</summary>
    public bool IsTwoWay { get; }

    /// <summary>The payload as MessagePack, also when the server sent JSON.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Whether an answer was given.</summary>
    public bool IsAnswered => Volatile.Read(ref _answered) != 0;

    /// <summary>Opens the map for lookups by key. False when the payload is no well-formed map.</summary>
    public bool TryRead(out FpnnParameters parameters) => FpnnParameters.TryParse(Payload.Span, out parameters);

    /// <summary>Answers; without <paramref name="write"/> the empty map. Waits while the outbound queue is full.</summary>
    /// <exception cref="FpnnConnectionClosedException">The connection has ended.</exception>
    public ValueTask AnswerAsync(Action<FpnnMapWriter>? write = null, CancellationToken cancellationToken = default) =>
        ClaimAnswer() ? _connection.SendAnswerAsync(_sequenceNumber, write, cancellationToken) : ValueTask.CompletedTask;

    /// <summary>Answers an error.</summary>
    /// <param name="code">See <see cref="FpnnErrorCode"/>.</param>
    /// <param name="text">For humans, may be empty.</param>
    /// <param name="cancellationToken">Ends the waiting while the outbound queue is full.</param>
    /// <exception cref="FpnnConnectionClosedException">The connection has ended.</exception>
    public ValueTask AnswerErrorAsync(int code, string text, CancellationToken cancellationToken = default) =>
        ClaimAnswer() ? _connection.SendErrorAsync(_sequenceNumber, code, text, cancellationToken) : ValueTask.CompletedTask;

    private bool ClaimAnswer() => Interlocked.Exchange(ref _answered, 1) == 0 && IsTwoWay;
}
