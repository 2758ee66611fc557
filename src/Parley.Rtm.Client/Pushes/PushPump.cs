using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Parley.Rtm.Client.Pushes;

/// <summary>
/// Hands pushes to the application, one after another in the order of arrival. They wait in one bounded queue until there is a handler or
/// a reader and until each of them has taken the push before. Whoever comes to a full queue is turned away.
/// </summary>
internal sealed class PushPump : IAsyncDisposable
{
    // one-way quests cannot be refused: they find room when others no longer do
    private const int RoomForOneWay = 64;

    private readonly Channel<RtmPush?> _queue = Channel.CreateUnbounded<RtmPush?>(new() { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly IRtmPushHandler? _handler;
    private readonly int _capacity;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly AsyncLocal<bool> _isOurs = new();
    private readonly Task _pumping;
    private Reader[] _readers = [];
    private TaskCompletionSource _readerCame = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;
    private bool _disposed;

    public PushPump(IRtmPushHandler? handler, int capacity, ILogger logger)
    {
        _handler = handler;
        _capacity = capacity;
        _logger = logger;
        _pumping = Task.Run(PumpAsync);
    }

    /// <summary>How many pushes wait, the one that is being handed over included.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Reserves room for one push; false when there is none.</summary>
    public bool TryReserve(bool canBeRefused)
    {
        if (Interlocked.Increment(ref _count) <= (canBeRefused ? _capacity : _capacity + RoomForOneWay))
            return true;
        Interlocked.Decrement(ref _count);
        return false;
    }

    /// <summary>Adds a push that has room.</summary>
    public void Add(RtmPush push) => _queue.Writer.TryWrite(push);

    /// <summary>Ends the readers that there are, behind the pushes that wait.</summary>
    public void EndReaders() => _queue.Writer.TryWrite(null);

    /// <summary>Reads pushes from now on, until the client is closed.</summary>
    public async IAsyncEnumerable<RtmPush> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new Reader(this);
        await foreach (var push in reader.Channel.Reader.ReadAllAsync(cancellationToken))
            yield return push;
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
        }
        _queue.Writer.TryComplete();
        await _stop.CancelAsync();
        // a handler may close the client, and must not wait for itself
        if (!_isOurs.Value)
            await _pumping;
    }

    private async Task PumpAsync()
    {
        _isOurs.Value = true;
        try
        {
            await foreach (var push in _queue.Reader.ReadAllAsync(_stop.Token))
            {
                if (push is null)
                {
                    CompleteReaders();
                    continue;
                }
                do
                {
                    await WaitForListenerAsync();
                }
                while (!await TryHandAsync(push));
                Interlocked.Decrement(ref _count);
            }
        }
        catch (OperationCanceledException)
        {
            // disposed
        }
        CompleteReaders();
    }

    private async Task WaitForListenerAsync()
    {
        while (_handler is null)
        {
            Task came;
            lock (_lock)
            {
                if (_readers.Length > 0)
                    return;
                came = _readerCame.Task;
            }
            await came.WaitAsync(_stop.Token);
        }
    }

    /// <summary>Hands a push to everybody; false when all readers have left before they took it.</summary>
    private async Task<bool> TryHandAsync(RtmPush push)
    {
        if (_handler is not null)
        {
            try
            {
                await CallAsync(_handler, push, _stop.Token);
            }
            catch (Exception exception) when (!_stop.IsCancellationRequested)
            {
                RtmClientLog.HandlerFailed(_logger, exception);
            }
        }
        Reader[] readers;
        lock (_lock)
            readers = _readers;
        var isTaken = _handler is not null;
        foreach (var reader in readers)
            isTaken |= await reader.TryTakeAsync(push, _stop.Token);
        return isTaken;
    }

    private static ValueTask CallAsync(IRtmPushHandler handler, RtmPush push, CancellationToken cancellationToken) => push switch
    {
        RtmMessagePush message => handler.OnMessageAsync(message.Message, cancellationToken),
        RtmTranslationPush translation => handler.OnTranslationAsync(translation, cancellationToken),
        RtmUnreadPush unread => handler.OnUnreadAsync(unread.Unread, cancellationToken),
        RtmKickedOutPush => handler.OnKickedOutAsync(cancellationToken),
        RtmKickedOutOfRoomPush room => handler.OnKickedOutOfRoomAsync(room.RoomId, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(push), push, null),
    };

    private void CompleteReaders()
    {
        Reader[] readers;
        lock (_lock)
            readers = _readers;
        foreach (var reader in readers)
            reader.Channel.Writer.TryComplete();
    }

    private void Enter(Reader reader)
    {
        TaskCompletionSource came;
        lock (_lock)
        {
            if (_disposed)
                reader.Channel.Writer.TryComplete();
            _readers = [.. _readers, reader];
            came = _readerCame;
        }
        came.TrySetResult();
    }

    private void Leave(Reader reader)
    {
        lock (_lock)
        {
            _readers = [.. _readers.Where(other => other != reader)];
            if (_readers.Length == 0)
                _readerCame = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>One enumeration. Its channel holds nothing: what is not asked for stays in the queue, and is there for the next one.</summary>
    private sealed class Reader : IDisposable
    {
        private readonly PushPump _pump;

        public Reader(PushPump pump)
        {
            _pump = pump;
            pump.Enter(this);
        }

        public Channel<RtmPush> Channel { get; } = System.Threading.Channels.Channel.CreateBounded<RtmPush>(0);

        /// <summary>Waits until the reader asks for the next push; false when it leaves.</summary>
        public async ValueTask<bool> TryTakeAsync(RtmPush push, CancellationToken cancellationToken)
        {
            try
            {
                await Channel.Writer.WriteAsync(push, cancellationToken);
                return true;
            }
            catch (ChannelClosedException)
            {
                return false;
            }
        }

        public void Dispose()
        {
            _pump.Leave(this);
            Channel.Writer.TryComplete();
        }
    }
}
