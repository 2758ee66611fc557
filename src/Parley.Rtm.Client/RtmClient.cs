using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Rtm.Client.Connecting;
using Parley.Rtm.Client.Files;
using Parley.Rtm.Client.Pushes;
using Parley.Rtm.Transport;
using Parley.Wire.Fpnn;

namespace Parley.Rtm.Client;

/// <summary>Reads what a quest wants to know out of its answer; failed lookups are looked at afterwards.</summary>
internal delegate T AnswerReader<T>(ref FpnnParameters answer);

/// <summary>
/// One user's connection to RTM (rtm-client.md): logs in, stays logged in, asks and sends, and hears pushes. Thread-safe. Methods named
/// for a quest wait, while the client logs in again after a lost connection, for the new login up to their timeout; all of them throw
/// <see cref="RtmException"/> with the server's code, or with a code of <see cref="FpnnErrorCode"/>: 20003 no answer in time, 20002 the
/// connection was lost, 20012 not logged in, 20006 the answer cannot be read.
/// </summary>
/// <remarks>
/// To the gate this is a client of the first generation (§0.3: it sends <c>unread</c>) that also understands what came later: times in
/// pushes, and both styles of history.
/// </remarks>
public sealed partial class RtmClient : IAsyncDisposable
{
    private readonly RtmClientOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly MessageIds _messageIds;
    private readonly ConnectionSetup _setup;
    private readonly LoginProcedure _login;
    private readonly ReloginDelays _delays = new(Random.Shared.NextDouble);
    private readonly DuplicateFilter _duplicates;
    private readonly PushPump _pump;
    private readonly FileGates _fileGates;
    private readonly ConcurrentDictionary<long, byte> _rooms = new();

    /// <summary>Makes a client. It does nothing until <see cref="ConnectAsync"/>.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="handler">Hears pushes; null when they are read by <see cref="ReadPushesAsync"/> or <see cref="ReadMessagesAsync"/>.</param>
    /// <param name="loggers">Makes the loggers; null = no logging. Tokens and contents are never logged.</param>
    /// <param name="time">The clock; null = the system's.</param>
    /// <exception cref="ArgumentException">A setting is missing or out of its range; the message says which.</exception>
    public RtmClient(RtmClientOptions options, IRtmPushHandler? handler = null, ILoggerFactory? loggers = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options with { };
        _time = time ?? TimeProvider.System;
        loggers ??= NullLoggerFactory.Instance;
        _logger = loggers.CreateLogger<RtmClient>();
        _messageIds = new(_time);
        _setup = new(_options, loggers, _time);
        _login = new(_options, _setup, OnQuestAsync, _logger);
        _duplicates = new(_time, _options.DuplicateMemory, _options.DuplicateCapacity);
        _pump = new(handler, _options.PushQueueCapacity, _logger);
        _fileGates = new(_setup, _time);
    }

    /// <summary>The user of this client.</summary>
    public long UserId => _options.UserId;

    /// <summary>How many pushes wait for the application.</summary>
    public int PushesWaiting => _pump.Count;

    /// <summary>
    /// Pushes as they come, in order, until the client is closed. What came before anybody read waits here, up to
    /// <see cref="RtmClientOptions.PushQueueCapacity"/>; a slow reader makes later pushes wait there too. Every enumeration gets every push
    /// that comes while it runs.
    /// </summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    public IAsyncEnumerable<RtmPush> ReadPushesAsync(CancellationToken cancellationToken = default) => _pump.ReadAsync(cancellationToken);

    /// <summary>As <see cref="ReadPushesAsync"/>, but only messages.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    public async IAsyncEnumerable<RtmMessage> ReadMessagesAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var push in _pump.ReadAsync(cancellationToken))
        {
            if (push is RtmMessagePush { Message: var message })
                yield return message;
        }
    }

    /// <summary>Sends a quest of any name, for methods that this client has no word for.</summary>
    /// <param name="method">The wire method.</param>
    /// <param name="write">Adds the parameters; called again when the client has to ask again. Null for none.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the quest may have taken effect.</param>
    /// <returns>The answer as it came.</returns>
    /// <exception cref="RtmException">The quest failed.</exception>
    public async Task<FpnnAnswer> AskAsync(
        string method, Action<FpnnMapWriter>? write = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(method);
        var limit = timeout ?? _options.QuestTimeout;
        if (limit <= TimeSpan.Zero && limit != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(timeout), limit, "A timeout is positive, or infinite.");
        var started = _time.GetTimestamp();
        var link = await GetLinkAsync(method, limit, cancellationToken);
        var rest = limit;
        if (limit != Timeout.InfiniteTimeSpan)
            rest = TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond, (limit - _time.GetElapsedTime(started)).Ticks));
        try
        {
            return await link.Connection.AskAsync(method, write, rest, cancellationToken);
        }
        catch (FpnnException exception)
        {
            throw RtmException.From(method, exception);
        }
    }

    /// <summary>Reads an answer; whatever is wrong with it is one exception.</summary>
    internal static T Read<T>(string method, FpnnAnswer answer, AnswerReader<T> read)
    {
        if (!FpnnParameters.TryParse(answer.Payload.Span, out var parameters))
            throw new RtmException(method, FpnnErrorCode.Decoding, "the answer is not a map");
        var result = read(ref parameters);
        return parameters.Failed ? throw new RtmException(method, FpnnErrorCode.Decoding, parameters.ErrorText) : result;
    }

    private async Task<T> AskAsync<T>(
        string method, Action<FpnnMapWriter>? write, AnswerReader<T> read, TimeSpan? timeout, CancellationToken cancellationToken) =>
        Read(method, await AskAsync(method, write, timeout, cancellationToken), read);

    private Task DoAsync(string method, Action<FpnnMapWriter>? write, TimeSpan? timeout, CancellationToken cancellationToken) =>
        AskAsync(method, write, timeout, cancellationToken);
}
