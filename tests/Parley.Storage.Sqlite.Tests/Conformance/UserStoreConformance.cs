using Parley.Core.Messaging;
using Parley.Core.Users;

namespace Parley.Storage.Conformance;

/// <summary>Users: profile, devices, data, options, tokens.</summary>
public abstract class UserStoreConformance : StoreConformance
{
    private static readonly byte[] Hash = [1, 2, 3, 0, 5];

    [Fact]
    public async Task A_user_is_made_once()
    {
        Assert.True(await Store.Users.EnsureAsync(Project, 1, 7, Now, Token));
        Assert.False(await Store.Users.EnsureAsync(Project, 1, 9, Now, Token));
        Assert.True(await Store.Users.EnsureAsync(OtherProject, 1, 9, Now, Token));

        Assert.Equal(7, (await Store.Users.GetProfileAsync(Project, 1, Token)).BroadcastFloor);
    }

    [Fact]
    public async Task A_user_made_by_many_at_once_is_made_by_one()
    {
        var made = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => Store.Users.EnsureAsync(Project, 1, 0, Now, Token).AsTask()));

        Assert.Single(made, mine => mine);
    }

    [Fact]
    public async Task An_unknown_user_has_an_empty_profile() =>
        Assert.Equal(new UserProfile { UserId = 77 }, await Store.Users.GetProfileAsync(Project, 77, Token));

    [Fact]
    public async Task Parts_of_a_profile_change_alone()
    {
        await Store.Users.UpdateProfileAsync(Project, 1, new ProfileChange { PushName = "Ann", OpenInfo = "o\0ö" }, Token);
        await Store.Users.UpdateProfileAsync(Project, 1, new ProfileChange { Language = "en", Position = new(1.5, -2.25) }, Token);
        await Store.Users.UpdateProfileAsync(Project, 1, new ProfileChange { PrivateInfo = "p", PushName = "" }, Token);
        await ReopenAsync();

        Assert.Equal(
            new UserProfile { UserId = 1, Language = "en", Position = new(1.5, -2.25), OpenInfo = "o\0ö", PrivateInfo = "p" },
            await Store.Users.GetProfileAsync(Project, 1, Token));
    }

    [Fact]
    public async Task A_user_made_by_a_profile_has_no_unread_broadcasts()
    {
        await SayAsync(ConversationKey.Broadcast(Project), 9, 4);
        await Store.Users.UpdateProfileAsync(Project, 1, new ProfileChange { PushName = "Ann" }, Token);

        Assert.Equal(4, (await Store.Users.GetProfileAsync(Project, 1, Token)).BroadcastFloor);
        Assert.False(await Store.Users.EnsureAsync(Project, 1, 0, Now, Token));
    }

    [Fact]
    public async Task Profiles_come_in_the_order_asked_for_without_the_unknown()
    {
        foreach (var user in new[] { 1, 2, 3 })
            await Store.Users.UpdateProfileAsync(Project, user, new ProfileChange { OpenInfo = $"{user}" }, Token);

        var found = await Store.Users.GetProfilesAsync(Project, [3, 9, 1], Token);

        Assert.Equal(["3", "1"], found.Select(profile => profile.OpenInfo));
    }

    [Fact]
    public async Task Devices_are_told_apart_by_their_token()
    {
        await Store.Users.AddDeviceAsync(Project, 1, new Device("t1", "ios", ""), Token);
        await Store.Users.AddDeviceAsync(Project, 1, new Device("t2", "android", "x"), Token);
        await Store.Users.AddDeviceAsync(Project, 1, new Device("t1", "ios", "phone"), Token);
        await Store.Users.AddDeviceAsync(Project, 2, new Device("t1", "ios", ""), Token);

        Assert.Equal(
            [new Device("t1", "ios", "phone"), new Device("t2", "android", "x")], await Store.Users.GetDevicesAsync(Project, 1, Token));
        await Store.Users.RemoveDeviceAsync(Project, 1, "t1", Token);
        await Store.Users.RemoveDeviceAsync(Project, 1, "unknown", Token);
        Assert.Equal([new Device("t2", "android", "x")], await Store.Users.GetDevicesAsync(Project, 1, Token));
        Assert.Single(await Store.Users.GetDevicesAsync(Project, 2, Token));
    }

    [Fact]
    public async Task Data_is_kept_by_space_and_key()
    {
        await Store.Users.SetDataAsync(Project, 1, "s", "k", "one", Token);
        await Store.Users.SetDataAsync(Project, 1, "s", "k", "two", Token);
        await Store.Users.SetDataAsync(Project, 1, "other", "k", "", Token);

        Assert.Equal("two", await Store.Users.GetDataAsync(Project, 1, "s", "k", Token));
        Assert.Equal("", await Store.Users.GetDataAsync(Project, 1, "other", "k", Token));
        Assert.Null(await Store.Users.GetDataAsync(Project, 1, "s", "K", Token));
        Assert.Null(await Store.Users.GetDataAsync(OtherProject, 1, "s", "k", Token));
        await Store.Users.SetDataAsync(Project, 1, "s", "k", null, Token);
        await Store.Users.SetDataAsync(Project, 1, "s", "never", null, Token);
        Assert.Null(await Store.Users.GetDataAsync(Project, 1, "s", "k", Token));
    }

    [Fact]
    public async Task Devices_of_many_users_come_at_once()
    {
        await Store.Users.AddDeviceAsync(Project, 1, new Device("t2", "android", "x"), Token);
        await Store.Users.AddDeviceAsync(Project, 1, new Device("t1", "ios", ""), Token);
        await Store.Users.AddDeviceAsync(Project, 3, new Device("t1", "ios", ""), Token);
        await Store.Users.AddDeviceAsync(OtherProject, 2, new Device("t1", "ios", ""), Token);

        Assert.Equal(
            [new UserDevice(3, new("t1", "ios", "")), new UserDevice(1, new("t1", "ios", "")), new UserDevice(1, new("t2", "android", "x"))],
            await Store.Users.GetDevicesOfAsync(Project, [3, 2, 1], Token));
        Assert.Empty(await Store.Users.GetDevicesOfAsync(Project, [], Token));
    }

    [Fact]
    public async Task Who_has_muted_a_conversation_is_found_by_type()
    {
        await Store.Users.SetMuteOptionAsync(Project, 1, new MuteOption(1, 50, [30, 40]), Token);
        await Store.Users.SetMuteOptionAsync(Project, 2, new MuteOption(1, 50, []), Token);
        await Store.Users.SetMuteOptionAsync(Project, 3, new MuteOption(0, 50, []), Token);
        await Store.Users.SetMuteOptionAsync(Project, 4, new MuteOption(1, 51, []), Token);
        await Store.Users.SetMuteOptionAsync(OtherProject, 5, new MuteOption(1, 50, []), Token);

        Assert.Equal([2, 1], await Store.Users.GetMutedAsync(Project, [5, 4, 3, 2, 1], 1, 50, 30, Token));
        Assert.Equal([2], await Store.Users.GetMutedAsync(Project, [1, 2, 3], 1, 50, 31, Token));
        Assert.Equal([3], await Store.Users.GetMutedAsync(Project, [1, 2, 3], 0, 50, 31, Token));
        Assert.Empty(await Store.Users.GetMutedAsync(Project, [], 1, 50, 30, Token));
    }

    [Fact]
    public async Task Mute_options_are_set_and_replaced()
    {
        await Store.Users.SetMuteOptionAsync(Project, 1, new MuteOption(1, 50, [30, 40]), Token);
        await Store.Users.SetMuteOptionAsync(Project, 1, new MuteOption(0, 2, []), Token);
        await Store.Users.SetMuteOptionAsync(Project, 1, new MuteOption(1, 50, [31]), Token);

        var options = await Store.Users.GetMuteOptionsAsync(Project, 1, Token);

        Assert.Equal([(0, 2L, ""), (1, 50L, "31")], options.Select(option => (option.Kind, option.Id, string.Join(',', option.Types))));
        Assert.Empty(await Store.Users.GetMuteOptionsAsync(Project, 2, Token));
    }

    [Fact]
    public async Task Types_are_taken_out_of_a_mute_option_until_it_is_gone()
    {
        await Store.Users.SetMuteOptionAsync(Project, 1, new MuteOption(1, 50, [30, 40, 50]), Token);
        await Store.Users.RemoveMuteOptionAsync(Project, 1, new MuteOption(1, 50, [40, 99]), Token);
        Assert.Equal([30, 50], Assert.Single(await Store.Users.GetMuteOptionsAsync(Project, 1, Token)).Types.Select(type => (int)type));

        await Store.Users.RemoveMuteOptionAsync(Project, 1, new MuteOption(1, 50, [30, 50]), Token);
        await Store.Users.RemoveMuteOptionAsync(Project, 1, new MuteOption(1, 51, [30]), Token);
        Assert.Empty(await Store.Users.GetMuteOptionsAsync(Project, 1, Token));
    }

    [Fact]
    public async Task A_mute_option_for_all_types_loses_only_the_types_taken_out()
    {
        await Store.Users.SetMuteOptionAsync(Project, 1, new MuteOption(0, 2, []), Token);
        await Store.Users.RemoveMuteOptionAsync(Project, 1, new MuteOption(0, 2, [30]), Token);

        var types = Assert.Single(await Store.Users.GetMuteOptionsAsync(Project, 1, Token)).Types;
        Assert.Equal(Enumerable.Range(1, 127).Where(type => type != 30), types.Select(type => (int)type));

        await Store.Users.RemoveMuteOptionAsync(Project, 1, new MuteOption(0, 2, []), Token);
        Assert.Empty(await Store.Users.GetMuteOptionsAsync(Project, 1, Token));
    }

    [Fact]
    public async Task A_token_is_found_by_its_user_and_hash()
    {
        await Store.Users.AddTokenAsync(Project, 1, Hash, 500, Token);
        await Store.Users.AddTokenAsync(Project, 1, Hash, 600, Token);

        Assert.Equal(600, await Store.Users.FindTokenAsync(Project, 1, Hash, Token));
        Assert.Equal(0, await Store.Users.FindTokenAsync(Project, 2, Hash, Token));
        Assert.Equal(0, await Store.Users.FindTokenAsync(OtherProject, 1, Hash, Token));
        Assert.Equal(0, await Store.Users.FindTokenAsync(Project, 1, Hash.AsMemory(1), Token));
        Assert.Equal(0, await Store.Users.FindTokenAsync(Project, 1, default, Token));
        await Store.Users.RemoveTokensAsync(Project, 1, Token);
        Assert.Equal(0, await Store.Users.FindTokenAsync(Project, 1, Hash, Token));
    }

    [Fact]
    public async Task Expired_tokens_are_forgotten_in_portions()
    {
        for (byte i = 0; i < 10; i++)
            await Store.Users.AddTokenAsync(Project, i, new[] { i }, 100 + i, Token);

        Assert.Equal(3, await Store.Users.PurgeTokensAsync(106, 3, Token));
        Assert.Equal(3, await Store.Users.PurgeTokensAsync(106, 100, Token));
        Assert.Equal(0, await Store.Users.PurgeTokensAsync(106, 100, Token));
        Assert.Equal(106, await Store.Users.FindTokenAsync(Project, 6, new byte[] { 6 }, Token));
    }
}
