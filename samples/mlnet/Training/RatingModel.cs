// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Mlnet.Training;

/// <summary>
/// A matrix factorisation: a rating is the mean of all, plus how far the user and the item are from it, plus the
/// product of the user's and the item's factors. An unknown user or item adds nothing. Part of a model's file.
/// </summary>
/// <param name="Mean">The mean of all ratings.</param>
/// <param name="Lowest">The lowest rating that was seen, and so that is predicted.</param>
/// <param name="Highest">The highest one.</param>
/// <param name="Users">For each user: the distance from the mean, then the factors.</param>
/// <param name="Items">For each item the same.</param>
sealed record RatingModel(
    double Mean, double Lowest, double Highest, Dictionary<string, double[]> Users, Dictionary<string, double[]> Items)
{
    /// <summary>The predicted rating as text.</summary>
    public string Predict(string user, string item) =>
        Math.Clamp(Rate(Users.GetValueOrDefault(user), Items.GetValueOrDefault(item)), Lowest, Highest)
            .ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The rating, which may be outside the bounds.</summary>
    public double Rate(double[]? user, double[]? item)
    {
        var rating = Mean + (user?[0] ?? 0) + (item?[0] ?? 0);
        if (user is null || item is null) return rating;
        for (var i = 1; i < user.Length; i++) rating += user[i] * item[i];
        return rating;
    }

    /// <summary>A copy that further training does not change.</summary>
    public RatingModel Copy() => this with { Users = Copy(Users), Items = Copy(Items) };

    static Dictionary<string, double[]> Copy(Dictionary<string, double[]> from) =>
        from.ToDictionary(pair => pair.Key, pair => (double[])pair.Value.Clone(), StringComparer.Ordinal);
}
