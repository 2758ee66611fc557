using System.Globalization;
using System.Text.Json;
using Parley.Core.Users;

namespace Parley.Gateways.OpenIm.Http;

/// <summary>
/// What a call says about a user, in the names of any version; what is empty or 0 says nothing, so no field is ever emptied
/// (openim.md §4.1, §4.10).
/// </summary>
internal sealed record ProfileForm(
    string Nickname, string FaceUrl, int Gender, string Phone, string BirthText, long Birth, string Email, string Extra)
{
    private const int NameLength = 64;
    private const int PhoneLength = 32;
    private const int EmailLength = 64;
    private const int BirthLength = 64;

    public static ProfileForm Read(ApiBody body)
    {
        var (birthText, birth) = ReadBirth(body);
        return new(
            body.Text("nickname", NameLength, Need.Optional, "name"),
            body.Text("faceURL", ApiCall.LongText, Need.Optional, "icon"),
            body.Integer("gender", 0, 2),
            body.Text("phoneNumber", PhoneLength, Need.Optional, "mobile"),
            birthText,
            birth,
            body.Text("email", EmailLength),
            body.Text("ex", ApiCall.LongText));
    }

    /// <summary>The profile with what the form says.</summary>
    public PersonProfile Apply(PersonProfile profile) => profile with
    {
        Nickname = Or(Nickname, profile.Nickname),
        FaceUrl = Or(FaceUrl, profile.FaceUrl),
        Gender = Gender == 0 ? profile.Gender : Gender,
        Phone = Or(Phone, profile.Phone),
        BirthText = Or(BirthText, profile.BirthText),
        Birth = BirthText.Length == 0 ? profile.Birth : Birth,
        Email = Or(Email, profile.Email),
        Extra = Or(Extra, profile.Extra),
    };

    private static string Or(string said, string known) => said.Length == 0 ? known : said;

    /// <summary>A text or a number; both are kept.</summary>
    private static (string Text, long Seconds) ReadBirth(ApiBody body)
    {
        if (body.Element("birth").ValueKind == JsonValueKind.Number)
        {
            var number = body.Number("birth", 0, uint.MaxValue);
            return number == 0 ? ("", 0) : (number.ToString(CultureInfo.InvariantCulture), number);
        }
        var text = body.Text("birth", BirthLength);
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return (text, seconds);
        return DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day)
            ? (text, day.ToUnixTimeSeconds()) : (text, 0);
    }
}
