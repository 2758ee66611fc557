using Parley.Core.Groups;
using Parley.Core.Messaging;
using Parley.Core.Messaging.Inboxes;
using Parley.Core.Projects;
using Parley.Core.Relations;
using Parley.Core.Rooms;
using Parley.Core.Translation;
using Parley.Core.Users;

namespace Parley.Core.Sessions;

/// <summary>Why the core ends a session.</summary>
public enum SessionEnd : byte
{
    /// <summary>The user logged in again elsewhere.</summary>
    Replaced,

    /// <summary>Somebody with the right to do so threw the session out.</summary>
    Kicked,

    /// <summary>The user was put on the project's blacklist.</summary>
    Banned,
}

/// <summary>
/// One authenticated connection of a user through one gateway. The gateway derives from it. Everything the core calls here must
/// return at once: it is called from lanes that serve many sessions.
/// </summary>
public abstract class Session
{
    private static long _lastId;

    /// <summary>Makes a session; it takes part once <see cref="SessionRegistry.Open"/> has it.</summary>
    protected Session(Project project, long userId, string endpoint, long openedAt)
    {
        Project = project;
        UserId = userId;
        Endpoint = endpoint;
        OpenedAt = openedAt;
        Id = Interlocked.Increment(ref _lastId);
    }

    /// <summary>A number unique in this process.</summary>
    public long Id { get; }

    /// <summary>The project, as it was at login.</summary>
    public Project Project { get; }

    /// <summary>The user.</summary>
    public long UserId { get; }

    /// <summary>The project and the user.</summary>
    public UserKey User => new(Project.Id, UserId);

    /// <summary>The client's address as the node sees it.</summary>
    public string Endpoint { get; }

    /// <summary>When the session began, in unix seconds.</summary>
    public long OpenedAt { get; }

    /// <summary>The name of the door that the client came through; "" when it came through none.</summary>
    public virtual string Door => "";

    /// <summary>Whether opening this session ends another one of the same user. By default the project's setting decides.</summary>
    public virtual bool Replaces(Session other) => !Project.Settings.MultiLogin;

    /// <summary>Whether another session of the same user may end this one by opening; false where sessions stand side by side.</summary>
    public virtual bool YieldsTo(Session newer) => true;

    /// <summary>Whether this session is told of what its own user says.</summary>
    /// <param name="message">What was said.</param>
    /// <param name="isOrigin">Whether it was said through this session.</param>
    public virtual bool HearsOwn(Message message, bool isOrigin) => false;

    /// <summary>
    /// Whether this session is in rooms only by seats of its own (<see cref="RoomDirectory.TakeSeatAsync"/>): it hears and speaks where
    /// it has a seat, whatever rooms its user is in. Never changes.
    /// </summary>
    public virtual bool SitsAlone => false;

    /// <summary>Whether the client knows what to do with a translation that follows a message.</summary>
    public virtual bool TakesTranslations => false;

    /// <summary>
    /// Whether the client knows what to do with messages that are said once and not stored (<see cref="Messenger.SendTransientAsync"/>).
    /// </summary>
    public virtual bool TakesTransient => false;

    /// <summary>
    /// Whether the client counts the numbers of its user's inbox. It is then pushed also what was stored just before the user left a group.
    /// </summary>
    public virtual bool AwaitsInboxNumbers => false;

    /// <summary>The user's presence while the session is open.</summary>
    public Presence? Presence { get; internal set; }

    /// <summary>The session's own seats by rid; null = none. Use inside the presence's gate.</summary>
    internal Dictionary<long, Seat>? Seats { get; set; }

    /// <summary>True once the session was closed: it takes no more seats. Use inside the presence's gate.</summary>
    internal bool IsClosed { get; set; }

    /// <summary>
    /// Tells the client that somebody asks to become a friend, or no longer is one. False where its protocol has no such thing.
    /// </summary>
    public virtual bool OnFriendRequest(FriendRequest request) => false;

    /// <summary>Tells the client what happened in a group that the user is in, or was until then, where its protocol has such a thing.</summary>
    public virtual void OnGroupNotice(GroupNotice notice)
    {
    }

    /// <summary>Tells the client that somebody (0 = an operator) took the user into a group, where its protocol has such a thing.</summary>
    public virtual void OnGroupInvitation(long groupId, long inviter)
    {
    }

    /// <summary>
    /// Tells the client of a note to the user, where its protocol has such a thing. Called by whoever wrote it, so notes and messages may
    /// come a little out of the order of their numbers.
    /// </summary>
    public virtual void OnNote(InboxNote note)
    {
    }

    /// <summary>Sends a message to the client.</summary>
    public abstract void Push(MessageDelivery delivery);

    /// <summary>Sends the translation of a message that was pushed before. Called only when <see cref="TakesTranslations"/>.</summary>
    public virtual void PushTranslation(TranslationDelivery translation)
    {
    }

    /// <summary>Tells the client, as its protocol can, and closes the connection.</summary>
    public abstract void End(SessionEnd reason);

    /// <summary>Tells the client that somebody took the user out of a room.</summary>
    public abstract void OnRemovedFromRoom(long roomId);

    /// <summary>Tells the client who came into or went from a room that the session is in, where its protocol has such a thing.</summary>
    public virtual void OnRoomNotice(RoomNotice notice)
    {
    }
}
