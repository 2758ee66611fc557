using System.Text;
using Parley.Core.Messaging;
using Parley.Core.MobilePush;
using Parley.Core.Tests.Support;
using Parley.Core.Users;

namespace Parley.Core.Tests.MobilePush;

public sealed class MobilePushTests : IDisposable
{
    private const long Ann = 1;
    private const long Ben = 2;
    private const long Cid = 3;
    private const long Group = 50;

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakePushSender _sender = new();

    public void Dispose() => _sender.Dispose();

    [Fact]
    public async Task A_user_who_is_away_is_told_on_every_device()
    {
        await using var fixture = await StartAsync();
        await fixture.Store.Users.UpdateProfileAsync(CoreFixture.Pid, Ann, new ProfileChange { PushName = "Ann" }, None);
        await DeviceAsync(fixture, Ben, "b1");
        await DeviceAsync(fixture, Ben, "b2");
        await SayAsync(fixture, Ben, 5, "hello");
        var (notification, device) = await _sender.NextAsync();
        Assert.Equal("b2", (await _sender.NextAsync()).Device.Device.Token);
        Assert.Equal(new UserDevice(Ben, new Device("b1", "ios", "phone")), device);
        Assert.Equal(
            new PushNotification
            {
                ProjectId = CoreFixture.Pid,
                Title = "Ann",
                Body = "hello",
                Kind = ConversationKind.PeerToPeer,
                From = Ann,
                GroupId = 0,
                MessageId = 5,
                MessageType = 30,
                Time = notification.Time,
            },
            notification);
        Assert.True(notification.Time > 0);
    }

    [Fact]
    public async Task Nobody_who_is_online_is_told_and_not_the_sender()
    {
        await using var fixture = await StartAsync();
        foreach (var uid in new[] { Ann, Ben, Cid })
            await DeviceAsync(fixture, uid, $"d{uid}");
        Assert.Equal(CoreError.None, await fixture.Core.Groups.AddMembersAsync(fixture.Project, Group, [Ann, Ben, Cid], None));
        var ben = fixture.Login(Ben);
        await SayAsync(fixture, Ben, 5, "hello");
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(fixture.ToGroup(Ann, Group, 6))).Error);
        var (notification, device) = await _sender.NextAsync();
        Assert.Equal(("d3", Group, 6, "1"), (device.Device.Token, notification.GroupId, notification.MessageId, notification.Title));
        Assert.Equal(ConversationKind.Group, notification.Kind);
        fixture.Core.Sessions.Close(ben);
        await SayAsync(fixture, Ben, 7, "are you there");
        Assert.Equal(7, (await _sender.NextAsync()).Notification.MessageId);
        Assert.Equal(["d3", "d2"], _sender.Tokens);
    }

    [Fact]
    public async Task Rooms_and_broadcasts_are_not_told_of()
    {
        await using var fixture = await StartAsync(admins: [77]);
        await DeviceAsync(fixture, Ben, "b");
        var ann = fixture.Login(Ann);
        await fixture.Core.Rooms.EnterAsync(fixture.Project, ann.Presence!, 7);
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(fixture.ToRoom(Ann, 7, 5))).Error);
        var broadcast = fixture.ToPeer(77, 0, 6) with { Kind = ConversationKind.Broadcast, Authority = SendAuthority.BackEnd };
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(broadcast)).Error);
        await SayAsync(fixture, Ben, 7, "hello");
        Assert.Equal(7, (await _sender.NextAsync()).Notification.MessageId);
    }

    [Fact]
    public async Task Who_has_muted_a_peer_or_a_group_is_not_told()
    {
        await using var fixture = await StartAsync();
        var users = fixture.Store.Users;
        await DeviceAsync(fixture, Ben, "b");
        await DeviceAsync(fixture, Cid, "c");
        await users.SetMuteOptionAsync(CoreFixture.Pid, Ben, new MuteOption(0, Ann, [31]), None);
        await users.SetMuteOptionAsync(CoreFixture.Pid, Cid, new MuteOption(1, Group, []), None);
        // the same numbers of the other kind mean nothing
        await users.SetMuteOptionAsync(CoreFixture.Pid, Ben, new MuteOption(1, Ann, []), None);
        await users.SetMuteOptionAsync(CoreFixture.Pid, Cid, new MuteOption(0, Group, []), None);
        await fixture.Core.Groups.AddMembersAsync(fixture.Project, Group, [Ann, Ben, Cid], None);
        await fixture.Core.Messenger.SendAsync(fixture.ToPeer(Ann, Ben, 5) with { Type = 31 });
        await SayAsync(fixture, Ben, 6, "not muted: another type");
        await fixture.Core.Messenger.SendAsync(fixture.ToGroup(Ann, Group, 7));
        await SayAsync(fixture, Cid, 8, "not muted: no group");
        var told = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var (notification, device) = await _sender.NextAsync();
            told.Add($"{notification.MessageId}{device.Device.Token}");
        }
        Assert.Equal(["6b", "7b", "8c"], told.Order());
    }

    [Theory]
    [InlineData(FileKind.Image, "[image]")]
    [InlineData(FileKind.Audio, "[audio]")]
    [InlineData(FileKind.Video, "[video]")]
    [InlineData(FileKind.Other, "[file]")]
    public async Task A_file_is_a_label_and_never_its_address(FileKind file, string label)
    {
        await using var fixture = await StartAsync();
        await DeviceAsync(fixture, Ben, "b");
        await fixture.Core.Messenger.SendAsync(fixture.ToPeer(Ann, Ben, 5, "http://files/1") with { File = file });
        Assert.Equal(label, (await _sender.NextAsync()).Notification.Body);
        await fixture.Core.Messenger.SendAsync(fixture.ToPeer(Ann, Ben, 6) with { IsBinary = true });
        Assert.Equal("[message]", (await _sender.NextAsync()).Notification.Body);
    }

    [Theory]
    [InlineData("12345", "12345")]
    [InlineData("123456", "1234…")]
    [InlineData("äöüßé", "äöüßé")]
    [InlineData("äöüßéx", "äöüß…")]
    [InlineData("☕☕☕☕☕☕☕☕☕", "☕☕☕☕…")]
    [InlineData("123😀😀😀", "123…")]
    [InlineData("12😀😀😀", "12😀…")]
    [InlineData("a\nb\0c", "a b c")]
    public async Task A_text_is_cut_between_characters(string text, string shown)
    {
        await using var fixture = await StartAsync(options: new() { TextCharacters = 5 });
        await DeviceAsync(fixture, Ben, "b");
        await SayAsync(fixture, Ben, 5, text);
        Assert.Equal(shown, (await _sender.NextAsync()).Notification.Body);
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("ab", "…")]
    [InlineData("😀", "…")]
    public async Task The_shortest_limit_works_too(string text, string shown)
    {
        await using var fixture = await StartAsync(options: new() { TextCharacters = 1 });
        await DeviceAsync(fixture, Ben, "b");
        await SayAsync(fixture, Ben, 5, text);
        Assert.Equal(shown, (await _sender.NextAsync()).Notification.Body);
    }

    [Fact]
    public async Task Devices_that_are_gone_are_forgotten()
    {
        await using var fixture = await StartAsync();
        foreach (var token in new[] { "gone", "kept", "old", "refused" })
            await DeviceAsync(fixture, Ben, token);
        await DeviceAsync(fixture, Cid, "old");
        _sender.Result = device => device.Device.Token switch
        {
            "gone" => new(PushStatus.Gone),
            "kept" => new(PushStatus.Sent, ["old"]),
            "refused" => new(PushStatus.Failed),
            _ => new(PushStatus.Sent),
        };
        await SayAsync(fixture, Ben, 5, "hello");
        for (var i = 0; i < 4; i++)
            await _sender.NextAsync();
        await WaitAsync(async () => (await fixture.Store.Users.GetDevicesAsync(CoreFixture.Pid, Ben, None)).Count == 2);
        Assert.Equal(
            ["kept", "refused"], (await fixture.Store.Users.GetDevicesAsync(CoreFixture.Pid, Ben, None)).Select(device => device.Token));
        Assert.Single(await fixture.Store.Users.GetDevicesAsync(CoreFixture.Pid, Cid, None));
    }

    [Fact]
    public async Task The_first_sender_for_project_and_platform_is_taken()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var other = new FakePushSender { ProjectId = CoreFixture.Pid + 1 };
        var ios = new FakePushSender { Platform = "ios" };
        var rest = new FakePushSender();
        fixture.Core.UsePushSenders([other, ios, rest], new());
        await fixture.Store.Users.AddDeviceAsync(CoreFixture.Pid, Ben, new Device("a", "android", ""), None);
        await fixture.Store.Users.AddDeviceAsync(CoreFixture.Pid, Ben, new Device("i", "ios", ""), None);
        await SayAsync(fixture, Ben, 5, "hello");
        Assert.Equal("i", (await ios.NextAsync()).Device.Device.Token);
        Assert.Equal("a", (await rest.NextAsync()).Device.Device.Token);
        Assert.Empty(other.Tokens);
        await fixture.RestartAsync();
        Assert.True(other.IsDisposed && ios.IsDisposed && rest.IsDisposed);
    }

    [Fact]
    public async Task When_a_service_hangs_the_oldest_notifications_are_dropped_and_messages_go_on()
    {
        var release = new TaskCompletionSource();
        _sender.Held = release.Task;
        await using var fixture = await StartAsync(options: new() { QueueLength = 3, Parallel = 1 });
        await DeviceAsync(fixture, Ben, "b");
        await SayAsync(fixture, Ben, 1, "hello");
        Assert.True(await _sender.Begun.WaitAsync(Patience));
        var push = PushOf(fixture);
        for (var mid = 2; mid <= 8; mid++)
        {
            await SayAsync(fixture, Ben, mid, "hello");
            // one by one through the first queue, which is as short
            var dropped = Math.Max(0, mid - 4);
            await WaitAsync(() => Task.FromResult(push.Metrics.Dropped == dropped && push.WaitingMessages == 0));
        }
        release.SetResult();
        var told = new List<long>();
        for (var i = 0; i < 4; i++)
            told.Add((await _sender.NextAsync()).Notification.MessageId);
        Assert.Equal([1, 6, 7, 8], told);
    }

    [Fact]
    public async Task A_large_group_is_told_in_full()
    {
        const int Members = 2500;
        await using var fixture = await StartAsync();
        var members = Enumerable.Range(1000, Members).Select(uid => (long)uid).Append(Ann).ToArray();
        await fixture.Store.Groups.AddMembersAsync(CoreFixture.Pid, Group, members, 0, 0, 1, None);
        foreach (var uid in members.Where((_, i) => i % 100 == 0))
            await DeviceAsync(fixture, uid, $"d{uid}");
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(fixture.ToGroup(Ann, Group, 5))).Error);
        for (var i = 0; i < Members / 100; i++)
            await _sender.NextAsync();
        Assert.Equal(Members / 100, _sender.Tokens.Distinct().Count());
    }

    private static MobilePushService PushOf(CoreFixture fixture) => fixture.Core.MobilePush!;

    private static async Task WaitAsync(Func<Task<bool>> isSo)
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!await isSo())
            await timer.WaitForNextTickAsync(deadline.Token);
    }

    private static async Task DeviceAsync(CoreFixture fixture, long uid, string token) =>
        await fixture.Store.Users.AddDeviceAsync(CoreFixture.Pid, uid, new Device(token, "ios", "phone"), None);

    private static async Task SayAsync(CoreFixture fixture, long to, long mid, string text) =>
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(Ann, to, mid, text))).Error);

    private async Task<CoreFixture> StartAsync(MobilePushOptions? options = null, long[]? admins = null)
    {
        var fixture = await CoreFixture.StartAsync(admins: admins);
        fixture.Core.UsePushSenders([_sender], options ?? new() { Parallel = 1 });
        return fixture;
    }
}
