using System.Collections.Concurrent;
using System.Threading.Channels;
using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Core.Rooms;
using Parley.Core.Sessions;
using Parley.Core.Tests.Support;

namespace Parley.Core.Tests.Rooms;

/// <summary>A session that is in rooms by its own seats only, beside others of its user, and that hears what it says.</summary>
internal sealed class SeatSession(Project project, long userId, bool sitsAlone) : Session(project, userId, "127.0.0.1:1", 0)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Channel<long> _heard = Channel.CreateUnbounded<long>();

    public override bool SitsAlone => sitsAlone;

    public ConcurrentQueue<RoomNotice> Notices { get; } = new();

    public ConcurrentQueue<long> LostRooms { get; } = new();

    /// <summary>The rooms that it was taken out of.</summary>
    public string Lost => string.Join(", ", LostRooms);

    public override bool Replaces(Session other) => false;

    public override bool HearsOwn(Message message, bool isOrigin) => true;

    public override void Push(MessageDelivery delivery) => _heard.Writer.TryWrite(delivery.Message.MessageId);

    public override void End(SessionEnd reason)
    {
    }

    public override void OnRemovedFromRoom(long roomId) => LostRooms.Enqueue(roomId);

    public override void OnRoomNotice(RoomNotice notice) => Notices.Enqueue(notice);

    /// <summary>What was heard up to the message with this mid, in order.</summary>
    public async Task<List<long>> HeardUntilAsync(long mid)
    {
        var heard = new List<long>();
        do
        {
            heard.Add(await _heard.Reader.ReadAsync().AsTask().WaitAsync(Patience));
        }
        while (heard[^1] != mid);
        return heard;
    }

    /// <summary>The notices since the last call, as "joined 3".</summary>
    public string Told()
    {
        var told = new List<string>();
        while (Notices.TryDequeue(out var notice))
            told.Add($"{notice.Kind} {CoreFixture.Number(notice.UserId)}");
        return string.Join(", ", told);
    }
}

/// <summary>What the tests of rooms do again and again.</summary>
internal static class RoomWorld
{
    public const long Hall = 77;

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static SeatSession Come(this CoreFixture fixture, long userId, bool sitsAlone = true)
    {
        var session = new SeatSession(fixture.Project, userId, sitsAlone);
        fixture.Core.Sessions.Open(session);
        return session;
    }

    /// <summary>A session with a seat of which the room was told.</summary>
    public static async Task<SeatSession> SitAsync(this CoreFixture fixture, long userId, int subGroup = 0, long room = Hall)
    {
        var session = fixture.Come(userId);
        Assert.Equal(new SeatResult(CoreError.None, subGroup, true), await fixture.Core.Rooms.TakeSeatAsync(session, room));
        fixture.Core.Rooms.Announce(session, room);
        return session;
    }

    public static async Task<CoreError> SayAsync(
        this CoreFixture fixture, Session from, long mid, int? subGroup = null, long room = Hall) =>
        (await fixture.Core.Messenger.SendAsync(
            fixture.ToRoom(from.UserId, room, mid) with { Origin = from, SubGroup = subGroup })).Error;

    /// <summary>A back end speaks for a user who is inside; everybody hears it.</summary>
    public static async Task<SendOutcome> CallAsync(this CoreFixture fixture, long userId, long mid, long room = Hall) =>
        await fixture.Core.Messenger.SendAsync(fixture.ToRoom(userId, room, mid) with { Authority = SendAuthority.BackEnd });
}
