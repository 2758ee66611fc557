using System.Text;
using Parley.Core.Messaging;
using Parley.Core.Moderation;
using Parley.Core.Projects;

namespace Parley.Conformance.Tests.Support;

/// <summary>What the shared server finds in its directory.</summary>
public static class RtmWorld
{
    public const long Pid = 1000;
    public const long MultiLogin = 1001;
    public const long FriendsOnly = 1002;
    public const long Limited = 1003;
    public const long Flood = 1004;
    public const long Words = 1005;
    public const long Disabled = 1006;
    public const long Redirected = 1007;
    public const long NoUnreadPush = 1008;
    public const long EightElements = 1009;
    public const long Small = 1010;
    public const long ShortWindow = 1011;
    public const long Preset = 1012;

    public const long FirstUser = 100_000;
    public const long FirstGroup = 20_000;
    public const long FirstFounder = 600_000;
    public const int Groups = 150;

    public const long Admin = 77;
    public const long Blacklisted = 500_001;
    public const long Gagged = 500_002;
    public const long OnceGagged = 500_003;
    public const long Free = 500_004;
    public const long Expired = 500_005;
    public const long WithTwoFriends = 500_006;

    public const long GagGroup = 7001;
    public const long SilentGroup = 7002;
    public const long FullGroup = 7003;
    public const long FileGroup = 7004;
    public const long ClosedGroup = 7005;
    public const long PickyGroup = 7006;
    public const long HistoryGroup = 12_345;
    public const long GagRoom = 8001;
    public const long ClosedRoom = 8002;
    public const long ShutRoom = 8003;

    /// <summary>The two users of the worked examples (rtm-client.md §11).</summary>
    public const long Example1 = 102_456;
    public const long Example2 = 102_457;
    public const long Example3 = 102_458;

    private const int MainUsers = 2000;
    private const int OtherUsers = 60;

    public static int UsersOf(long pid) => pid == Pid ? MainUsers : OtherUsers;

    public static async Task SeedAsync(Seed seed)
    {
        await seed.ProjectAsync(Pid, new(), Admin);
        await seed.ProjectAsync(MultiLogin, new() { MultiLogin = true });
        await seed.ProjectAsync(FriendsOnly, new() { FriendsOnly = true });
        await seed.ProjectAsync(Limited, new() { UserCallsPerSecond = 1, UserCallBurst = 5 });
        await seed.ProjectAsync(Flood, new() { FloodMessages = 3, FloodWindowSeconds = 3600 });
        await seed.ProjectAsync(Words, new() { SensitiveWords = ["rumpelstilz", "schlimm"] });
        await seed.ProjectAsync(Disabled, new() { DisabledMethods = ["sendroommsg", "ping"] });
        await seed.ProjectAsync(Redirected, new() { RedirectGate = "10.0.0.22:13321" });
        await seed.ProjectAsync(NoUnreadPush, new() { UnreadPush = false });
        await seed.ProjectAsync(EightElements, new() { PageRowElements = 8 });
        await seed.ProjectAsync(Small, new()
        {
            MessageBytes = 10,
            AttributeBytes = 5,
            Receivers = 3,
            Friends = 4,
            Blocks = 2,
            RoomsPerUser = 2,
            GroupMembers = 5,
            MultiLogin = true,
        });
        await seed.ProjectAsync(ShortWindow, new() { DuplicateWindowSeconds = 3 });
        await seed.ProjectAsync(Preset, ProjectSettings.Rtm);

        await seed.TokensAsync(Pid, FirstUser, MainUsers);
        for (var pid = MultiLogin; pid <= Preset; pid++)
            await seed.TokensAsync(pid, FirstUser, OtherUsers);
        await seed.TokensAsync(Pid, FirstFounder, Groups + 1);
        await seed.TokensAsync(Pid, Example1, 3);
        await seed.TokensAsync(Pid, Admin, 1);
        await seed.TokensAsync(Pid, Blacklisted, 4);
        await seed.TokensAsync(Pid, Expired, 1, TimeSpan.FromSeconds(-1));
        await seed.TokensAsync(FriendsOnly, WithTwoFriends, 1);

        for (var i = 1; i <= Groups; i++)
            await seed.GroupAsync(Pid, FirstGroup + i, FirstFounder + i);
        await seed.GroupAsync(Pid, GagGroup, Gagged, OnceGagged, Free);
        await seed.GroupAsync(Pid, SilentGroup, Gagged, OnceGagged, Free);
        await seed.GroupAsync(Pid, ClosedGroup, Free, Gagged);
        await seed.CloseAsync(Pid, ClosedGroup);
        await seed.GroupAsync(Pid, PickyGroup, Free);
        await seed.BanAsync(Pid, BanPlace.Group(PickyGroup), BanKind.Enter, Gagged);
        await seed.GroupAsync(Small, FullGroup, FirstUser + OtherUsers - 1, 1, 2, 3, 4);
        await seed.GroupAsync(Pid, FileGroup, Free, Gagged);
        await seed.GroupAsync(Pid, HistoryGroup, Example1, Example2, Example3);
        await seed.FriendsAsync(FriendsOnly, WithTwoFriends, FirstUser + OtherUsers - 1, FirstUser + OtherUsers - 2);

        await seed.BanAsync(Pid, BanPlace.Project, BanKind.Enter, Blacklisted);
        await seed.BanAsync(Pid, BanPlace.Group(GagGroup), BanKind.Speak, Gagged);
        await seed.BanAsync(Pid, BanPlace.Group(GagGroup), BanKind.Speak, OnceGagged, until: 1);
        await seed.BanAsync(Pid, BanPlace.Group(SilentGroup), BanKind.Speak, 0);
        await seed.BanAsync(Pid, BanPlace.Room(GagRoom), BanKind.Speak, Gagged);
        await seed.BanAsync(Pid, BanPlace.Room(GagRoom), BanKind.Speak, OnceGagged, until: 1);
        await seed.BanAsync(Pid, BanPlace.Room(ClosedRoom), BanKind.Enter, Gagged);
        await seed.CloseRoomAsync(Pid, ShutRoom);

        await SeedMessagesAsync(seed);
    }

    private static async Task SeedMessagesAsync(Seed seed)
    {
        var broadcast = ConversationKey.Broadcast(Pid);
        await seed.MessagesAsync([.. Enumerable.Range(1, 25).Select(i => Text(broadcast, Admin, i, $"news {i}", 1_556_446_000_000 + (i * 1000)))]);

        // §11.6: ids 5 and 6 of group 12345, the second one deleted
        var group = ConversationKey.Group(Pid, HistoryGroup);
        await seed.MessagesAsync(
            Text(group, Example1, 1, "1", 1_556_446_000_000), Text(group, Example1, 2, "2", 1_556_446_000_000),
            Text(group, Example1, 3, "3", 1_556_446_000_000), Text(group, Example1, 4, "4", 1_556_446_000_000),
            Text(group, Example1, 1_556_446_750_100_001, "a", 1_556_446_750_150),
            Text(group, Example3, 1_556_446_750_190_007, "gone", 1_556_446_750_200));
        await seed.DeleteAsync(group, 6);

        // §11.5: ids 17 and 18 of a pair
        var pair = ConversationKey.PeerToPeer(Pid, Example1, Example2);
        await seed.MessagesAsync(
            [.. Enumerable.Range(1, 16).Select(i => Text(pair, i % 2 == 0 ? Example1 : Example2, i, $"old {i}", 1_556_446_000_000 + i)),
                Text(pair, Example1, 1_556_446_799_123_001, "hello", 1_556_446_799_140),
                Text(pair, Example2, 1_556_446_801_000_001, "hi back", 1_556_446_801_020)]);

        var files = ConversationKey.Group(Pid, FileGroup);
        await seed.MessagesAsync(
            File(files, FileKind.Image, 40, 1), File(files, FileKind.Audio, 8, 2), File(files, FileKind.Video, 8, 3),
            File(files, FileKind.Other, 8, 4), File(files, FileKind.Image, 8, 5));
    }

    private static Message Text(ConversationKey conversation, long sender, long mid, string text, long time) => new()
    {
        Conversation = conversation,
        Sender = sender,
        MessageId = mid,
        Type = 8,
        Body = Encoding.UTF8.GetBytes(text),
        Time = time,
    };

    private static Message File(ConversationKey conversation, FileKind kind, byte type, long mid) => new()
    {
        Conversation = conversation,
        Sender = Free,
        MessageId = mid,
        Type = type,
        File = kind,
        Body = Encoding.UTF8.GetBytes($"http://files/{mid}"),
        FileSize = 100 + mid,
        ThumbnailUrl = kind == FileKind.Image ? $"http://files/{mid}/small" : null,
        Time = 1_556_446_000_000 + mid,
    };
}
