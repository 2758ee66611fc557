using System.Threading.Channels;
using Parley.Core.Listening;
using Parley.Core.Messaging;

namespace Parley.Core.Tests.Listening;

/// <summary>A listener that remembers what it was told.</summary>
internal sealed class FakeListener(long projectId, object? connection = null) : Listener(projectId, connection ?? new object())
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Channel<Message> _messages = Channel.CreateUnbounded<Message>();
    private readonly Channel<ListenerEvent> _events = Channel.CreateUnbounded<ListenerEvent>();

    /// <summary>Called before a message is remembered.</summary>
    public Action? OnTold { get; set; }

    public override void OnMessage(MessageDelivery delivery)
    {
        OnTold?.Invoke();
        _messages.Writer.TryWrite(delivery.Message);
    }

    public override void OnEvent(ListenerEvent told) => _events.Writer.TryWrite(told);

    public async Task<Message> NextAsync() => await _messages.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public async Task<ListenerEvent> NextEventAsync() => await _events.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public bool HasMore => _messages.Reader.TryPeek(out _) || _events.Reader.TryPeek(out _);
}
