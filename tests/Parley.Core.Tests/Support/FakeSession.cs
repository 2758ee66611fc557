using System.Collections.Concurrent;
using System.Threading.Channels;
using Parley.Core.Groups;
using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Core.Sessions;
using Parley.Core.Translation;

namespace Parley.Core.Tests.Support;

/// <summary>A session that remembers what it was told.</summary>
internal sealed class FakeSession(Project project, long userId, string endpoint, bool hearsOwn) : Session(project, userId, endpoint, 0)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Channel<Message> _pushed = Channel.CreateUnbounded<Message>();
    private readonly Channel<string> _told = Channel.CreateUnbounded<string>();

    public ConcurrentQueue<SessionEnd> Ends { get; } = new();

    public ConcurrentQueue<long> LostRooms { get; } = new();

    /// <summary>What happened in groups, in order; an invitation is "invited GID by UID".</summary>
    public ConcurrentQueue<string> GroupNotices { get; } = new();

    /// <summary>Called with each notice; may throw.</summary>
    public Action<GroupNotice>? OnNotice { get; set; }

    public override bool HearsOwn(Message message, bool isOrigin) => hearsOwn && !isOrigin;

    public override bool TakesTranslations => Takes;

    /// <summary>Whether translations are taken.</summary>
    public bool Takes { get; set; }

    /// <summary>Everything that was pushed, messages and translations, in order: "m5" and "t5:text".</summary>
    public ConcurrentQueue<string> Told { get; } = new();

    public override void PushTranslation(TranslationDelivery translation)
    {
        Assert.NotEqual(translation.Message.MessageId, translation.TranslationId);
        Tell($"t{translation.Message.MessageId}:{translation.Text}");
    }

    /// <summary>The next message or translation that was not read by this method.</summary>
    public async Task<string> NextToldAsync() => await _told.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public override void Push(MessageDelivery delivery)
    {
        _pushed.Writer.TryWrite(delivery.Message);
        Tell($"m{delivery.Message.MessageId}");
    }

    public override void OnGroupNotice(GroupNotice notice)
    {
        GroupNotices.Enqueue($"{notice.Kind} {notice.UserId} by {notice.ActorId} in {notice.GroupId}");
        OnNotice?.Invoke(notice);
    }

    public override void OnGroupInvitation(long groupId, long inviter) =>
        GroupNotices.Enqueue($"invited to {groupId} by {inviter}");

    /// <summary>The notices so far that were not read.</summary>
    public string[] TakeGroupNotices()
    {
        var all = new List<string>();
        while (GroupNotices.TryDequeue(out var notice))
            all.Add(notice);
        return [.. all];
    }

    private void Tell(string what)
    {
        Told.Enqueue(what);
        _told.Writer.TryWrite(what);
    }

    public override void End(SessionEnd reason) => Ends.Enqueue(reason);

    public override void OnRemovedFromRoom(long roomId) => LostRooms.Enqueue(roomId);

    /// <summary>The next push; fails when none comes.</summary>
    public async Task<Message> NextAsync() => await _pushed.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>What was pushed so far and not read.</summary>
    public IReadOnlyList<Message> Pushed()
    {
        var all = new List<Message>();
        while (_pushed.Reader.TryRead(out var message))
            all.Add(message);
        return all;
    }
}
