using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Parley.Bench.Serving;

namespace Parley.Bench.Client;

/// <summary>
/// One connection of a client, whatever it speaks. Everything that a piece of received bytes causes is sent at once, at the end of the
/// turn; the path of a message allocates nothing.
/// </summary>
/// <remarks>A turn runs under <see cref="Gate"/>: on a thread of <see cref="SocketEngine"/>, or on the one that starts the load.</remarks>
internal abstract class LoadSocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly SocketAsyncEventArgs _receiving = new(unsafeSuppressExecutionContextFlow: true);
    private byte[] _received;
    private int _receivedCount;
    private SocketAsyncEventArgs? _sending;
    private byte[] _outgoing = [];
    private byte[] _flying = [];
    private int _outgoingCount;
    private bool _isSending;
    private bool _isClosing;
    private TaskCompletionSource<byte[]>? _call;

    protected LoadSocket(int receiveBytes)
    {
        _received = new byte[receiveBytes];
        _receiving.Completed += static (sender, e) => ((LoadSocket)e.UserToken!).OnReceiveCompleted();
        _receiving.UserToken = this;
    }

    /// <summary>Guards the connection's state during a turn.</summary>
    protected Lock Gate { get; } = new();

    /// <summary>Why the connection ended; null while it is up, and when this side closed it.</summary>
    public string? Fault { get; private set; }

    /// <summary>Connects and starts to read.</summary>
    /// <param name="server">The door.</param>
    /// <param name="source">The local address; null = any.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task ConnectAsync(IPEndPoint server, IPAddress? source, CancellationToken cancellationToken)
    {
        if (source is not null)
            _socket.Bind(new IPEndPoint(source, 0));
        await _socket.ConnectAsync(server, cancellationToken);
        Receive();
    }

    /// <summary>Sends one request and returns what it is answered; one at a time.</summary>
    /// <exception cref="BenchException">The answer was an error, or the connection ended.</exception>
    public async Task<byte[]> CallAsync(byte[] request, CancellationToken cancellationToken)
    {
        var call = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (Gate)
        {
            if (Fault is not null)
                throw new BenchException(Fault);
            _call = call;
            request.CopyTo(Reserve(request.Length));
            Flush();
        }
        return await call.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, cancellationToken);
    }

    /// <summary>Closes the connection in order.</summary>
    public virtual void Dispose()
    {
        lock (Gate)
            _isClosing = true;
        _socket.Dispose();
        _receiving.Dispose();
        _sending?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Where such clients connect.</summary>
    public abstract IPEndPoint DoorOf(ServerTarget target);

    /// <summary>Logs in.</summary>
    /// <exception cref="BenchException">The server does not let the user in.</exception>
    public abstract Task LogInAsync(ServerTarget target, long user, CancellationToken cancellationToken);

    /// <summary>Takes what was received and returns how many bytes of it; the rest comes again with more. Inside the gate.</summary>
    /// <exception cref="BenchException">It is not what a server sends.</exception>
    protected abstract int Take(ReadOnlySpan<byte> received, long now);

    /// <summary>All that was received has been handled; what is written now leaves together with what answers it. Inside the gate.</summary>
    protected virtual void OnTurn()
    {
    }

    /// <summary>Room for a package that leaves at the end of the turn. Inside the gate.</summary>
    protected Span<byte> Reserve(int length)
    {
        if (_outgoing.Length - _outgoingCount < length)
            Array.Resize(ref _outgoing, Math.Max(_outgoingCount + length, Math.Max(256, _outgoing.Length * 2)));
        var span = _outgoing.AsSpan(_outgoingCount, length);
        _outgoingCount += length;
        return span;
    }

    /// <summary>Ends the call of <see cref="CallAsync"/>; false when there is none. Inside the gate.</summary>
    /// <param name="answer">What it was answered.</param>
    /// <param name="error">The error that was answered; null when it was none.</param>
    protected bool EndCall(ReadOnlySpan<byte> answer, string? error)
    {
        if (_call is not { } call)
            return false;
        _call = null;
        if (error is not null)
            call.TrySetException(new BenchException(error));
        else
            call.TrySetResult(answer.ToArray());
        return true;
    }

    /// <summary>Runs a turn that nothing received has caused: starts or continues the load.</summary>
    public void Kick()
    {
        lock (Gate)
        {
            if (Fault is not null || _isClosing)
                return;
            OnTurn();
            Flush();
        }
    }

    private void OnReceiveCompleted()
    {
        if (OnReceived())
            Receive();
    }

    private void Receive()
    {
        try
        {
            do
                _receiving.SetBuffer(_received, _receivedCount, _received.Length - _receivedCount);
            while (!_socket.ReceiveAsync(_receiving) && OnReceived());
        }
        catch (ObjectDisposedException)
        {
            // closed by this side meanwhile
        }
    }

    private bool OnReceived()
    {
        var now = Stopwatch.GetTimestamp();
        lock (Gate)
        {
            try
            {
                if (_isClosing)
                    return false;
                if (_receiving.SocketError != SocketError.Success)
                    return Break(_receiving.SocketError.ToString());
                if (_receiving.BytesTransferred == 0)
                    return Break("the server closed the connection");
                _receivedCount += _receiving.BytesTransferred;
                Parse(now);
                OnTurn();
                Flush();
                return true;
            }
            catch (ObjectDisposedException)
            {
                return false;
            }
            catch (Exception e)
            {
                // an exception here would end the process: this is the socket engine's thread
                return Break(e.Message);
            }
        }
    }

    private void Parse(long now)
    {
        var taken = Take(_received.AsSpan(0, _receivedCount), now);
        _received.AsSpan(taken, _receivedCount - taken).CopyTo(_received);
        _receivedCount -= taken;
        if (_receivedCount == _received.Length)
            Array.Resize(ref _received, _received.Length * 2);
    }

    private bool Break(string reason)
    {
        if (!_isClosing)
            Fault ??= reason;
        _call?.TrySetException(new BenchException(reason));
        _call = null;
        _socket.Dispose();
        return false;
    }

    /// <summary>Sends what was written. While a send is under way the next bytes gather behind it.</summary>
    private void Flush()
    {
        while (_outgoingCount > 0 && !_isSending)
        {
            var sending = _sending ??= MakeSender();
            (_outgoing, _flying) = (_flying, _outgoing);
            sending.SetBuffer(_flying, 0, _outgoingCount);
            _outgoingCount = 0;
            _isSending = _socket.SendAsync(sending);
            if (!_isSending && sending.SocketError != SocketError.Success)
            {
                Break(sending.SocketError.ToString());
                return;
            }
        }
    }

    private SocketAsyncEventArgs MakeSender()
    {
        var sending = new SocketAsyncEventArgs(unsafeSuppressExecutionContextFlow: true) { UserToken = this };
        sending.Completed += static (sender, e) => ((LoadSocket)e.UserToken!).OnSent();
        return sending;
    }

    private void OnSent()
    {
        lock (Gate)
        {
            _isSending = false;
            if (_isClosing)
                return;
            try
            {
                if (_sending!.SocketError == SocketError.Success)
                    Flush();
                else
                    Break(_sending.SocketError.ToString());
            }
            catch (ObjectDisposedException)
            {
                // closed by this side meanwhile
            }
        }
    }
}
