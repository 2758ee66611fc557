using System.Threading.Channels;
using Parley.Core.Messaging;
using Parley.Core.Messaging.Inboxes;
using Parley.Core.Projects;
using Parley.Core.Sessions;

namespace Parley.Core.Tests.Messaging;

/// <summary>A session that remembers messages and notes with their numbers in the user's inbox.</summary>
internal sealed class InboxSession(Project project, long userId) : Session(project, userId, "127.0.0.1:9", 0)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Channel<(long Number, long MessageId)> _told = Channel.CreateUnbounded<(long Number, long MessageId)>();

    public bool IsTransientTaken { get; init; } = true;

    /// <summary>Called with each note; may throw.</summary>
    public Action<InboxNote>? Noted { get; set; }

    /// <summary>Called with each message; may throw.</summary>
    public Action? Pushed { get; init; }

    public override bool TakesTransient => IsTransientTaken;

    public bool IsCounting { get; init; } = true;

    public override bool AwaitsInboxNumbers => IsCounting;

    public override bool HearsOwn(Message message, bool isOrigin) => true;

    public override void Push(MessageDelivery delivery)
    {
        Pushed?.Invoke();
        _told.Writer.TryWrite((delivery.InboxNumberOf(UserId), delivery.Message.MessageId));
    }

    public override void OnNote(InboxNote note)
    {
        Noted?.Invoke(note);
        _told.Writer.TryWrite((note.Number, 0));
    }

    public override void End(SessionEnd reason)
    {
    }

    public override void OnRemovedFromRoom(long roomId)
    {
    }

    /// <summary>The next message (its mid) or note (0) with its number.</summary>
    public async Task<(long Number, long MessageId)> NextAsync() => await _told.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public bool HasMore => _told.Reader.TryPeek(out _);
}
