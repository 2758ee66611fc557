using System.Threading.Channels;
using Parley.Core.Webhooks;

namespace Parley.Core.Tests.Webhooks;

/// <summary>A sender whose attempts the test takes one by one and answers.</summary>
internal sealed class FakeSender : IWebhookSender
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Channel<Attempt> _attempts = Channel.CreateUnbounded<Attempt>();

    /// <summary>When set, every attempt is answered so at once.</summary>
    public WebhookReply? Always { get; set; }

    public async ValueTask<WebhookReply> SendAsync(WebhookBatch batch, int attempt, CancellationToken cancellationToken)
    {
        var made = new Attempt(batch, attempt);
        if (Always is { } reply)
            made.Answer(reply.Outcome, reply.Reason);
        _attempts.Writer.TryWrite(made);
        return await made.Reply.WaitAsync(cancellationToken);
    }

    /// <summary>The next attempt; fails when none comes.</summary>
    public async Task<Attempt> NextAsync() => await _attempts.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>Takes the next batch of messages and returns their mids.</summary>
    public async Task<long[]> AcceptAsync()
    {
        var attempt = await NextAsync();
        attempt.Answer(WebhookOutcome.Accepted);
        return attempt.Mids;
    }

    public bool HasMore => _attempts.Reader.TryPeek(out _);

    public sealed record Attempt(WebhookBatch Batch, int Number)
    {
        private readonly TaskCompletionSource<WebhookReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<WebhookReply> Reply => _reply.Task;

        public long[] Mids => [.. Batch.Messages.Select(entry => entry.MessageId)];

        public void Throw() => _reply.SetException(new InvalidOperationException("a fault of our own"));

        public void Answer(WebhookOutcome outcome, string reason = "") => _reply.SetResult(new(outcome, reason));
    }
}
