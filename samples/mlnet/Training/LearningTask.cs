// SPDX-License-Identifier: MIT
namespace Mlnet.Training;

/// <summary>The kind of a prediction. Each task is a command of the same name.</summary>
enum LearningTask
{
    /// <summary>One of the values that the label column has.</summary>
    Classification,

    /// <summary>A number.</summary>
    Regression,

    /// <summary>The rating that a user would give an item.</summary>
    Recommendation,
}
